/** The programs of a few lines that make a judge of a library: Go and Python. */

/** A registry in memory with the API of referrers, which says its port. */
export const REFERRERS_REGISTRY = `package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("serving on port", listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, registry.New(registry.WithReferrersSupport(true))))
}
`;

/** Refreshes a TUF repository over HTTP from a root and downloads one target; prints the versions it came to trust. */
export const GO_TUF = `package main

import (
	"fmt"
	"os"

	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"
)

func main() {
	if len(os.Args) != 6 {
		fail(fmt.Errorf("usage: go-tuf ROOT METADATA-URL TARGETS-URL TARGET FILE"))
	}
	if err := download(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
		fail(err)
	}
}

func download(root, metadataURL, targetsURL, target, file string) error {
	trusted, err := os.ReadFile(root)
	if err != nil {
		return err
	}
	settings, err := config.New(metadataURL, trusted)
	if err != nil {
		return err
	}
	settings.RemoteTargetsURL = targetsURL
	settings.DisableLocalCache = true
	client, err := updater.New(settings)
	if err != nil {
		return err
	}
	if err := client.Refresh(); err != nil {
		return err
	}
	info, err := client.GetTargetInfo(target)
	if err != nil {
		return err
	}
	_, bytes, err := client.DownloadTarget(info, file, "")
	if err != nil {
		return err
	}
	set := client.GetTrustedMetadataSet()
	fmt.Printf("root %d timestamp %d snapshot %d targets %d\\n", set.Root.Signed.Version,
		set.Timestamp.Signed.Version, set.Snapshot.Signed.Version, set.Targets["targets"].Signed.Version)
	return os.WriteFile(file, bytes, 0o644)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
`;

/** Reads SPDX documents of JSON and checks that what their relationships name is there. */
export const SPDX_GO = `package main

import (
	"fmt"
	"os"

	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
)

func main() {
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Fprintln(os.Stderr, path+":", err)
			os.Exit(1)
		}
	}
}

func check(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	document, err := json.Read(file)
	if err != nil {
		return err
	}
	if err := spdxlib.ValidateDocument(document); err != nil {
		return err
	}
	fmt.Println(path+":", document.SPDXVersion, len(document.Packages), "packages")
	return nil
}
`;

/** pyspdxtools, which reads its arguments itself. */
export const SPDX_PYTHON = "from spdx_tools.spdx.clitools.pyspdxtools import main\nmain()\n";

/** Validates CycloneDX documents of JSON strictly: what the schema of their version does not name is an error. */
export const CYCLONEDX = `import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

wrong = False
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    errors = list(JsonStrictValidator(version).validate_str(text, all_errors=True) or [])
    for error in errors:
        print(f"{path}: {error.data.json_path}: {error.data.message}", file=sys.stderr)
    wrong = wrong or bool(errors)
    print(f"{path}: CycloneDX {version.to_version()}, {len(errors)} errors")
sys.exit(wrong)
`;

/** The reader of in-toto's own Go module, strict about fields: prints types, builder and count of subjects of FILE. */
export const IN_TOTO = `package main

import (
	"fmt"
	"os"

	provenance "github.com/in-toto/attestation/go/predicates/provenance/v1"
	attestation "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	statement := &attestation.Statement{}
	fail(protojson.Unmarshal(text, statement))
	fail(statement.Validate())
	inner, err := protojson.Marshal(statement.Predicate)
	fail(err)
	predicate := &provenance.Provenance{}
	fail(protojson.Unmarshal(inner, predicate))
	fail(predicate.Validate())
	fmt.Println(statement.PredicateType, predicate.BuildDefinition.BuildType, predicate.RunDetails.Builder.Id, len(statement.Subject))
}
`;

/** An index of Python packages: `pypiserver run -p PORT FOLDER`. */
export const PYPISERVER = `from pypiserver.__main__ import main

main()
`;

/** Uploads and checks Python packages: `twine check FILE...`. */
export const TWINE = `import sys

from twine.__main__ import main

sys.exit(main())
`;
