package upgrade

import (
	"fmt"
	"regexp"
	"strconv"
)

var versionForm = regexp.MustCompile(`^v(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$`)

// isAfter says whether a version comes after another. Only final releases, such as v1.2.3, are upgraded from and to.
func isAfter(version, other string) (bool, error) {
	numbers, err := numbersOf(version)
	if err != nil {
		return false, err
	}
	others, err := numbersOf(other)
	if err != nil {
		return false, err
	}
	for index, number := range numbers {
		if number != others[index] {
			return number > others[index], nil
		}
	}
	return false, nil
}

func numbersOf(version string) ([3]int, error) {
	var numbers [3]int
	parts := versionForm.FindStringSubmatch(version)
	if parts == nil {
		return numbers, fmt.Errorf("%q is no released version", version)
	}
	for index := range numbers {
		number, err := strconv.Atoi(parts[index+1])
		if err != nil {
			return numbers, err
		}
		numbers[index] = number
	}
	return numbers, nil
}
