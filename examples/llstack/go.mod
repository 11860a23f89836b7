module github.com/example/llstack

go 1.24.0
