module jaco.example/jaco

go 1.24.0

require go.yaml.in/yaml/v3 v3.0.4

require (
	golang.org/x/crypto v0.45.0
	golang.org/x/sys v0.38.0 // indirect
)
