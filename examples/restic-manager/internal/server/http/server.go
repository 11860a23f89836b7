// Package http answers agents and operators.
package http

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	stdhttp "net/http"
	"time"

	"gitea.example/acme/restic-manager/internal/config"
	"gitea.example/acme/restic-manager/internal/report"
	"gitea.example/acme/restic-manager/internal/store"
)

const (
	maxBody     = 64 << 10
	stopTimeout = 5 * time.Second
)

type service struct {
	hosts   *store.Store
	version string
}

// New returns the handler of all endpoints. Reports and the list of hosts ask for the key as a bearer token.
func New(settings config.Config, hosts *store.Store, key, version string) stdhttp.Handler {
	s := service{hosts, version}
	mux := routes(assets{settings.DataDir, settings.BundledAssetsDir})
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("PUT /api/v1/hosts/{name}", guard(key, s.put))
	mux.Handle("GET /api/v1/hosts", guard(key, s.list))
	return mux
}

func routes(a assets) *stdhttp.ServeMux {
	mux := stdhttp.NewServeMux()
	mux.HandleFunc("GET /agent/binary", a.agentBinary)
	mux.HandleFunc("GET /install/{name}", a.installFile)
	return mux
}

// Serve answers on the listener until ctx ends, then finishes what has begun.
func Serve(ctx context.Context, listener net.Listener, handler stdhttp.Handler, logger *slog.Logger) error {
	server := &stdhttp.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelError),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		logger.Info("stopping")
		deadline, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		stopped <- server.Shutdown(deadline)
	}()
	if err := server.Serve(listener); !errors.Is(err, stdhttp.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func (s service) health(w stdhttp.ResponseWriter, r *stdhttp.Request) {
	count, err := s.hosts.Count(r.Context())
	if err != nil {
		answer(w, stdhttp.StatusServiceUnavailable, map[string]any{"status": "unhealthy", "version": s.version})
		return
	}
	answer(w, stdhttp.StatusOK, map[string]any{"status": "healthy", "version": s.version, "hosts": count})
}

func (s service) put(w stdhttp.ResponseWriter, r *stdhttp.Request) {
	var told report.Report
	decoder := json.NewDecoder(stdhttp.MaxBytesReader(w, r.Body, maxBody))
	if err := decoder.Decode(&told); err != nil {
		refuse(w, stdhttp.StatusBadRequest, "bad_request", err.Error())
		return
	}
	if told.Host != r.PathValue("name") {
		refuse(w, stdhttp.StatusBadRequest, "bad_request", "the report is of another host")
		return
	}
	if err := s.hosts.Put(r.Context(), told); err != nil {
		refuse(w, stdhttp.StatusInternalServerError, "not_kept", err.Error())
		return
	}
	w.WriteHeader(stdhttp.StatusNoContent)
}

func (s service) list(w stdhttp.ResponseWriter, r *stdhttp.Request) {
	hosts, err := s.hosts.Hosts(r.Context())
	if err != nil {
		refuse(w, stdhttp.StatusInternalServerError, "unreadable", err.Error())
		return
	}
	answer(w, stdhttp.StatusOK, map[string]any{"hosts": hosts})
}

func guard(key string, next stdhttp.HandlerFunc) stdhttp.Handler {
	// Digests have one length, so the comparison tells nothing about the key's.
	want := sha256.Sum256([]byte("Bearer " + key))
	return stdhttp.HandlerFunc(func(w stdhttp.ResponseWriter, r *stdhttp.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, stdhttp.StatusUnauthorized, "unauthorized", "the server's key is needed")
			return
		}
		next(w, r)
	})
}

func answer(w stdhttp.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client may be gone by now; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w stdhttp.ResponseWriter, status int, code, message string) {
	answer(w, status, map[string]string{"error": code, "message": message})
}
