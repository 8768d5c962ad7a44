// Package api asks a hub over HTTP, as any client would.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Credential is how somebody is signed in: by a token or by the value of a
// session cookie. The zero Credential is nobody.
type Credential struct{ Bearer, Session string }

// cookieName is the session cookie's name where the hub speaks plain HTTP, and
// where it speaks TLS.
const (
	cookieName       = "hub_session"
	secureCookieName = "__Host-hub_session"
)

// Set puts the credential into the headers of a request or a handshake.
func (c Credential) Set(h http.Header) {
	if c.Bearer != "" {
		h.Set("Authorization", "Bearer "+c.Bearer)
	}
	if c.Session != "" {
		h.Set("Cookie", cookieName+"="+c.Session+"; "+secureCookieName+"="+c.Session)
	}
}

// Refusal is an error that the hub answered with.
type Refusal struct {
	Status  int
	Code    string // extensions.code, "" if there is none
	Message string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("the hub refuses: %s (%s, status %d)", r.Message, r.Code, r.Status)
}

// Code is the code of a refusal, "" for any other error.
func Code(err error) string {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

// Definite says whether the error tells that nothing was changed. Others leave it
// open: the connection broke, or the hub could not answer.
func Definite(err error) bool {
	switch Code(err) {
	case "", "UNAVAILABLE", "INTERNAL", "RATE_LIMITED":
		return false
	}
	return true
}

// Client asks.
type Client struct {
	HTTP *http.Client
}

// New makes a client that gives up a question after the time.
func New(within time.Duration) *Client {
	return &Client{HTTP: &http.Client{
		Timeout:   within,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 5 * time.Second},
	}}
}

// Request is the request of an operation.
func Request(ctx context.Context, base string, who Credential, query string, variables map[string]any) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	who.Set(r.Header)
	return r, nil
}

// answer is what comes back.
type answer struct {
	Data   json.RawMessage `json:"data"`
	Errors Errors          `json:"errors"`
}

// Errors are the errors of an answer.
type Errors []struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

// Refusal is the first error as a *Refusal; nil if there is none.
func (e Errors) Refusal(status int) error {
	if len(e) == 0 {
		return nil
	}
	code, _ := e[0].Extensions["code"].(string)
	return &Refusal{Status: status, Code: code, Message: e[0].Message}
}

// Do asks the hub at base and reads the data into out, which may be nil. Any
// error in the answer is a *Refusal.
func (c *Client) Do(ctx context.Context, base string, who Credential, query string, variables map[string]any, out any) error {
	_, err := c.do(ctx, base, who, query, variables, out)
	return err
}

// DoForSession is Do for what signs in: it returns the session's credential.
func (c *Client) DoForSession(ctx context.Context, base, query string, variables map[string]any) (Credential, error) {
	header, err := c.do(ctx, base, Credential{}, query, variables, nil)
	if err != nil {
		return Credential{}, err
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if (cookie.Name == cookieName || cookie.Name == secureCookieName) && cookie.Value != "" {
			return Credential{Session: cookie.Value}, nil
		}
	}
	return Credential{}, errors.New("the hub signed in and set no session cookie")
}

func (c *Client) do(ctx context.Context, base string, who Credential, query string, variables map[string]any, out any) (http.Header, error) {
	r, err := Request(ctx, base, who, query, variables)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	resp, err := c.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("status %d, and no GraphQL answer: %s", resp.StatusCode, strings.TrimSpace(string(body[:min(len(body), 200)])))
	}
	if err := a.Errors.Refusal(resp.StatusCode); err != nil {
		return nil, err
	}
	if out == nil {
		return resp.Header, nil
	}
	if err := json.Unmarshal(a.Data, out); err != nil {
		return nil, fmt.Errorf("the hub's answer has another form: %w", err)
	}
	return resp.Header, nil
}
