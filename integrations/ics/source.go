package ics

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A Source is a calendar file of one region. Several may be of the same region.
type Source struct {
	Region string         // as in ISO 3166
	Name   string         // for messages; empty: the path, or the host of the address
	URL    string         // http, https or webcal; either this
	Path   string         // or this is set
	Zone   *time.Location // in which the region's days begin and end
}

// String returns what messages call the source. The path of an address is left
// out: of a private calendar it is the key.
func (s Source) String() string {
	if s.Name != "" {
		return s.Name
	}
	if s.Path != "" {
		return s.Path
	}
	if u, err := url.Parse(s.URL); err == nil {
		return u.Host
	}
	return "calendar"
}

// check returns what is wrong with the source as configured.
func (s Source) check() error {
	switch {
	case s.Region == "":
		return errors.New("no region")
	case s.Zone == nil:
		return fmt.Errorf("region %s has no zone", s.Region)
	case (s.URL == "") == (s.Path == ""):
		return errors.New("want either an address or a path")
	case s.Path != "":
		return nil
	}
	_, err := s.address()
	return err
}

// address returns the URL to fetch. A webcal address is that of an https one.
func (s Source) address() (*url.URL, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, errors.New("the address can't be read: want one such as https://calendar.example/days.ics")
	}
	if u.Scheme == "webcal" {
		u.Scheme = "https"
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("address %q: want one such as https://calendar.example/days.ics", u.Scheme+"://"+u.Host)
	}
	return u, nil
}

// key returns a name for the copy of the source, the same after a restart.
func (s Source) key() string {
	sum := sha256.Sum256([]byte(strings.ToUpper(s.Region) + "\x00" + s.URL + "\x00" + s.Path))
	return strings.ToLower(safe(s.Region)) + "-" + hex.EncodeToString(sum[:8])
}

// safe returns a region's code as a part of a file name.
func safe(code string) string {
	return strings.Map(func(r rune) rune {
		if nameRune(r) {
			return r
		}
		return '_'
	}, code)
}
