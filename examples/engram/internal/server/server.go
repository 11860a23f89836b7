// Package server answers HTTP requests for lore.
package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hyperengineering/engram/internal/lore"
)

const (
	maxBody     = 1 << 20
	maxFound    = 100
	stopTimeout = 5 * time.Second
)

type service struct {
	book    *lore.Book
	version string
}

// New returns the handler of all endpoints. With a key, everything but /health asks for it as a bearer token.
func New(book *lore.Book, key, version string) http.Handler {
	s := service{book, version}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("POST /api/v1/lore", guard(key, s.add))
	mux.Handle("GET /api/v1/lore", guard(key, s.find))
	mux.Handle("GET /api/v1/lore/{id}", guard(key, s.get))
	return mux
}

// Serve answers on the listener until ctx ends, then finishes what has begun.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
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
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func (s service) health(w http.ResponseWriter, r *http.Request) {
	count, err := s.book.Count(r.Context())
	if err != nil {
		answer(w, http.StatusServiceUnavailable, map[string]any{"status": "unhealthy", "version": s.version})
		return
	}
	answer(w, http.StatusOK, map[string]any{"status": "healthy", "version": s.version, "lore": count})
}

func (s service) add(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Content, Source string }
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	added, err := s.book.Add(r.Context(), asked.Content, asked.Source)
	switch {
	case errors.Is(err, lore.ErrEmpty):
		refuse(w, http.StatusUnprocessableEntity, err)
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		w.Header().Set("Location", "/api/v1/lore/"+strconv.FormatInt(added.ID, 10))
		answer(w, http.StatusCreated, added)
	}
}

func (s service) find(w http.ResponseWriter, r *http.Request) {
	found, err := s.book.Find(r.Context(), r.URL.Query().Get("q"), maxFound)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"lore": found})
}

func (s service) get(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		refuse(w, http.StatusNotFound, lore.ErrNotFound)
		return
	}
	found, err := s.book.Get(r.Context(), id)
	switch {
	case errors.Is(err, lore.ErrNotFound):
		refuse(w, http.StatusNotFound, err)
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		answer(w, http.StatusOK, found)
	}
}

func guard(key string, next http.HandlerFunc) http.Handler {
	if key == "" {
		return next
	}
	// Digests have one length, so the comparison tells nothing about the key's.
	want := sha256.Sum256([]byte("Bearer " + key))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, errors.New("a valid API key is needed"))
			return
		}
		next(w, r)
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client may be gone by now; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"error": err.Error()})
}
