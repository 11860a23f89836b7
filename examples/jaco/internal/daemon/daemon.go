// Package daemon answers over HTTP.
package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"jaco.example/jaco/internal/config"
)

// Serve answers until ctx is done.
func Serve(ctx context.Context, settings config.Settings, version string, log *slog.Logger) error {
	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: Handler(settings, version), ReadHeaderTimeout: 5 * time.Second}
	log.Info("jacod listens", "address", listener.Addr().String(), "version", version)
	go func() {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(closing)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Handler answers GET /health.
func Handler(settings config.Settings, version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "version": version, "node": settings.Node})
	})
	return mux
}
