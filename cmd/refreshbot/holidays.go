package main

import (
	"context"
	"fmt"
	"strings"
)

func holidaysCommand() command {
	return command{
		name:    "holidays",
		args:    "--region CODE --year YYYY [--config FILE] [--format text|json]",
		summary: "the days on which the desk takes a region for closed",
		run:     runHolidays,
	}
}

func runHolidays(_ context.Context, sys system, args []string) error {
	var format string
	fs := newFlags()
	region, year, file := fs.String("region", "", ""), fs.Int("year", 0, ""), fs.String("config", "", "")
	formatFlag(fs, &format)
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if err := required(fs, "region", "year"); err != nil {
		return err
	}
	world, err := loadWorld(*file, sys)
	if err != nil {
		return err
	}
	days, err := world.Calendar.Holidays(*region, *year)
	if err != nil {
		return usageError{err}
	}
	if format == "json" {
		return writeJSON(sys.stdout, days)
	}
	fmt.Fprintf(sys.stdout, "%s (%s) in %d\n\n", world.Calendar.Name(*region), strings.ToUpper(*region), *year)
	for _, day := range days {
		note := ""
		if day.Estimated {
			note = "  (expected; the day may move)"
		}
		fmt.Fprintf(sys.stdout, "  %s  %.3s  %s%s\n", day.Date, day.Date.Weekday(), day.Name, note)
	}
	return nil
}
