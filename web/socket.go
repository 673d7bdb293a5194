package web

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

const (
	subprotocol = "agui.v1+json"
	readLimit   = 2 << 20 // a frame; longer ones close the socket with 1009
	writeWait   = 10 * time.Second
	pongWait    = 75 * time.Second
	pingEvery   = 27 * time.Second // for proxies and for pongWait
	maxWatches  = 32               // runs and conversations one socket follows at a time
)

// socket is one websocket: one goroutine reads frames, one writes, and one for
// each run or conversation it follows hands over events. Those wait for the
// writer, so a slow reader holds nothing but itself, and is closed when one
// write takes longer than writeWait; it resumes from its last number.
type socket struct {
	s       *Server
	conn    *websocket.Conn
	visitor postgres.Visitor
	noAI    bool // the visitor wants no assistant
	ctx     context.Context
	close   context.CancelCauseFunc
	out     chan outgoing // unbuffered: see above
	wg      sync.WaitGroup

	mu      sync.Mutex
	watched map[string]context.CancelFunc // by "run …" or "conversation …"
}

type outgoing struct {
	data  []byte
	after *closing // sent after data
}

type closing struct {
	code   int
	reason string
}

func (c *closing) Error() string { return c.reason }

// websocket serves GET /ws: the conversation socket, and with ?runId=&offset=
// the read-only replay of one run.
func (s *Server) websocket(c echo.Context) error {
	r := c.Request()
	v, fresh := s.visitor(r)
	noAI := s.refusesAI(r)
	if err := s.connects.check(client(r)); err != nil {
		return err
	}
	if !s.sameOrigin(r) {
		return errOrigin
	}
	header := http.Header{}
	if fresh != nil {
		header.Add("Set-Cookie", fresh.String())
	}
	conn, err := s.upgrader.Upgrade(c.Response(), r, header)
	if err != nil {
		return nil // Upgrade has answered
	}
	// The request's context says nothing once the connection is hijacked.
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
	k := &socket{s: s, conn: conn, visitor: v, noAI: noAI, ctx: ctx, close: cancel, out: make(chan outgoing), watched: map[string]context.CancelFunc{}}
	if !s.register(k) {
		_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
		_ = conn.Close()
		return nil
	}
	defer s.unregister(k)
	written := make(chan struct{})
	go func() {
		defer close(written)
		k.write()
	}()
	query := r.URL.Query()
	if query.Has("offset") {
		k.replay(query.Get("runId"), query.Get("offset"))
	}
	k.read()
	cancel(nil)
	k.wg.Wait()
	<-written
	_ = conn.Close()
	return nil
}

func (k *socket) read() {
	k.conn.SetReadLimit(readLimit)
	renew := func(string) error { return k.conn.SetReadDeadline(time.Now().Add(pongWait)) }
	_ = renew("")
	k.conn.SetPongHandler(renew)
	for {
		kind, data, err := k.conn.ReadMessage()
		if err != nil {
			k.close(err)
			return
		}
		_ = renew("")
		if kind != websocket.TextMessage {
			k.refuse(frame{}, fault.New(fault.Invalid, "Message illisible : envoyez du texte JSON. Pour un fichier, utilisez le bouton « Joindre »."))
			continue
		}
		f, err := parseFrame(data)
		if err == nil {
			err = k.serve(f)
		}
		if err != nil {
			k.refuse(f, err)
		}
	}
}

func (k *socket) serve(f frame) error {
	switch f.Type {
	case "":
		q, err := f.question()
		if err != nil {
			return err
		}
		q.NoAI = k.noAI
		after, err := k.s.ask(k.ctx, k.visitor, &q)
		if err != nil {
			return err
		}
		if k.follows(q.Conversation) {
			return nil
		}
		return k.follow("run "+q.Run, func(ctx context.Context) (iter.Seq2[bot.Event, error], error) {
			return k.s.Agent.WatchRun(ctx, k.visitor, q.Run, after)
		}, nil)
	case "abort":
		k.s.Agent.Stop(k.visitor, f.RunID)
		return nil
	case "resume":
		after, err := offset(f.Offset)
		if err != nil {
			return err
		}
		return k.follow(conversationKey(f.ThreadID), func(ctx context.Context) (iter.Seq2[bot.Event, error], error) {
			return k.s.Agent.Watch(ctx, k.visitor, f.ThreadID, after)
		}, nil)
	case "feedback":
		if err := k.s.feedback(k.ctx, k.visitor, f); err != nil {
			return err
		}
		return k.note(f.ThreadID, "feedback", map[string]any{"messageId": f.MessageID, "score": f.Score})
	case "handoff":
		ticket, err := k.s.Engines.Handoffs.Ask(k.ctx, k.visitor, f.ThreadID, handoff.Wish{Reason: f.Reason, Summary: f.Summary, Consent: f.Consent})
		if err != nil {
			return err
		}
		return k.note(f.ThreadID, "handoff.requested", ticket)
	case "handoff.end":
		if err := k.s.Agent.Return(k.ctx, k.visitor, f.ThreadID); err != nil {
			return err
		}
		k.s.Engines.Handoffs.Signal()
		return nil
	case "ping", "pong":
		return nil
	default:
		return fault.New(fault.Invalid, "Message de type %q inconnu.", f.Type)
	}
}

// replay serves a socket opened with ?offset: one run, then close 1000.
func (k *socket) replay(runID, from string) {
	after, err := offset(from)
	if err == nil {
		err = k.follow("run "+runID, func(ctx context.Context) (iter.Seq2[bot.Event, error], error) {
			return k.s.Agent.WatchRun(ctx, k.visitor, runID, after)
		}, &closing{websocket.CloseNormalClosure, "replayed"})
	}
	if err != nil {
		k.refuse(frame{RunID: runID}, err)
		k.send(outgoing{after: &closing{websocket.ClosePolicyViolation, string(fault.CodeOf(err))}})
	}
}

// follow hands the events of one flow to the writer until it ends; then, when
// asked, it closes the socket. Following the same flow again starts it anew.
func (k *socket) follow(key string, open func(context.Context) (iter.Seq2[bot.Event, error], error), then *closing) error {
	ctx, cancel := context.WithCancel(k.ctx)
	events, err := open(ctx)
	if err != nil {
		cancel()
		return err
	}
	k.mu.Lock()
	if stop := k.watched[key]; stop != nil {
		stop()
	} else if len(k.watched) >= maxWatches {
		k.mu.Unlock()
		cancel()
		return fault.New(fault.TooMany, "Trop de conversations suivies à la fois sur cette connexion.")
	}
	k.watched[key] = cancel
	k.mu.Unlock()
	k.wg.Go(func() {
		defer func() {
			k.mu.Lock()
			if ctx.Err() == nil { // not replaced by a newer one
				delete(k.watched, key)
			}
			k.mu.Unlock()
			cancel()
		}()
		for e, err := range events {
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				k.refuse(frame{}, err)
				return
			}
			if !k.send(outgoing{data: envelope(e)}) {
				return
			}
		}
		if then != nil && ctx.Err() == nil {
			k.send(outgoing{after: then})
		}
	})
	return nil
}

// note adds a fact to a conversation outside of any run. A socket that does not
// follow the conversation is told apart from the log.
func (k *socket) note(thread, name string, value any) error {
	err := k.s.Agent.Note(k.ctx, k.visitor, thread, name, value)
	if err == nil && !k.follows(thread) {
		k.send(outgoing{data: bot.CustomFrame(name, value, k.s.Now().UnixMilli())})
	}
	return err
}

func conversationKey(thread string) string { return "conversation " + thread }

// follows reports whether every event of the conversation already comes here.
func (k *socket) follows(thread string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.watched[conversationKey(thread)] != nil
}

// refuse answers a frame that did not become a run with a terminal event, or
// the client that sent it would wait for ever.
func (k *socket) refuse(f frame, err error) {
	if k.ctx.Err() != nil {
		return
	}
	if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
		k.s.Log.Error("frame failed", "type", f.Type, "err", err)
	}
	k.send(outgoing{data: bot.ErrorFrame(f.ThreadID, f.RunID, string(fault.CodeOf(err)), fault.Message(err), k.s.Now().UnixMilli())})
}

func (k *socket) send(o outgoing) bool {
	select {
	case k.out <- o:
		return true
	case <-k.ctx.Done():
		return false
	}
}

func (k *socket) write() {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case o := <-k.out:
			if len(o.data) > 0 {
				_ = k.conn.SetWriteDeadline(time.Now().Add(writeWait))
				err = k.conn.WriteMessage(websocket.TextMessage, o.data)
			}
			if err == nil && o.after != nil {
				err = o.after
			}
		case <-ping.C:
			// A control ping keeps our deadline, a ping frame keeps proxies and
			// clients that watch for silence.
			if err = k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)); err == nil {
				_ = k.conn.SetWriteDeadline(time.Now().Add(writeWait))
				err = k.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"ping"}`))
			}
		case <-k.ctx.Done():
			err = context.Cause(k.ctx)
		}
		if err == nil {
			continue
		}
		var c *closing
		if errors.As(err, &c) {
			_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(c.code, c.reason), time.Now().Add(time.Second))
			_ = k.conn.SetReadDeadline(time.Now().Add(time.Second)) // the peer's reply, then read returns
		} else {
			_ = k.conn.Close() // gone, or too slow: it resumes from its last number
		}
		k.close(err)
		return
	}
}

func envelope(e bot.Event) []byte {
	if e.Seq == 0 {
		return e.JSON
	}
	b, _ := json.Marshal(struct {
		ID    string          `json:"id"`
		Chunk json.RawMessage `json:"chunk"`
	}{strconv.FormatInt(e.Seq, 10), e.JSON}) // valid JSON from the log: cannot fail
	return b
}

func offset(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < -1 {
		return 0, fault.New(fault.Invalid, "Position de reprise %q invalide.", s)
	}
	return n, nil
}
