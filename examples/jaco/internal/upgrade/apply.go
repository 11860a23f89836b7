package upgrade

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

var programs = []string{"jaco", "jacod"}

// Apply puts the programs of a verified release into a folder, each by a rename: a program that runs is not written into.
// Both are there completely before either is touched.
func (release Release) Apply(folder string) (err error) {
	contents, err := unpack(release.tarball)
	if err != nil {
		return err
	}
	beside := func(name string) string { return filepath.Join(folder, "."+name+".new") }
	defer func() {
		for _, name := range programs {
			if gone := os.Remove(beside(name)); gone != nil && !errors.Is(gone, os.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	for _, name := range programs {
		if err := write(beside(name), contents[name]); err != nil {
			return err
		}
	}
	for _, name := range programs {
		if err := os.Rename(beside(name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// unpack reads the programs out of a tarball; everything else in it is left alone.
func unpack(tarball []byte) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, err
	}
	contents := map[string][]byte{}
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for _, name := range programs {
			if header.Name == name && header.Typeflag == tar.TypeReg {
				if contents[name], err = readAll(reader, name, maxTarball); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, name := range programs {
		if contents[name] == nil {
			return nil, fmt.Errorf("the tarball holds no %s", name)
		}
	}
	return contents, nil
}

func write(path string, content []byte) error {
	// What an upgrade that was stopped left there.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}
