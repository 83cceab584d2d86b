using Npgsql;

namespace Nexus.Simulation;

/// <summary>The way of one process to the server.</summary>
/// <param name="scheduler">Lets messages arrive.</param>
/// <param name="dice">Decides about delays and losses.</param>
/// <param name="host">The server.</param>
/// <param name="client">The process.</param>
/// <param name="name">For the log.</param>
internal sealed class SimulatedLink(Scheduler scheduler, Dice dice, ServerHost host, IEventOwner client, string name) : IModelLink
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    private readonly List<Action<Exception>> _open = [];
    private readonly List<Action> _held = [];
    private readonly List<Listener> _listeners = [];

    public object Session => this;

    public int Generation { get; private set; }

    /// <summary>Messages of both directions vanish until it ends; connections stay.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Nothing connects and every connection is reset.</summary>
    public bool IsCut { get; set; }

    /// <summary>The part of requests whose connection breaks on the way there.</summary>
    public double LossOfRequests { get; set; }

    /// <summary>The part of requests that are done and whose connection breaks on the way back.</summary>
    public double LossOfAnswers { get; set; }

    /// <summary>Added to each message.</summary>
    public TimeSpan ExtraDelay { get; set; }

    /// <summary>Added to each notice.</summary>
    public TimeSpan NoticeDelay { get; set; }

    /// <summary>The part of notices that arrive twice.</summary>
    public double Duplicates { get; set; }

    public Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The process is dead: what is left of it sends nothing.
        if (!client.IsAlive) return answer.Task.WaitAsync(cancellationToken);
        Action<Exception> fail = error => answer.TrySetException(error);
        _open.Add(fail);
        var registration = cancellationToken.UnsafeRegister((_, token) => answer.TrySetCanceled(token), null);
        _ = answer.Task.ContinueWith(
            task =>
            {
                _ = task.Exception;
                _open.Remove(fail);
                registration.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        scheduler.After(CommandTimeout, null, client, () => fail(ModelErrors.TimedOut()));
        Send(label, fail, () => Arrive(label, atServer, answer, fail));
        return answer.Task;
    }

    public void Post(string label, Action<ModelServer> atServer) => Send(label, null, () =>
    {
        if (host.IsUp) atServer(host.Server);
    });

    public async Task<Action> ListenAsync(Action<string, int> received, Action broken, CancellationToken cancellationToken)
    {
        var listener = new Listener(this, received, broken);
        try
        {
            await CallAsync("listen", server =>
            {
                server.Listen(listener);
                _listeners.Add(listener);
                return Task.FromResult(true);
            }, cancellationToken).ConfigureAwait(false);
            return listener.Close;
        }
        catch
        {
            listener.Close();
            throw;
        }
    }

    public void Stall()
    {
        scheduler.Log($"{name} stalls");
        IsStalled = true;
    }

    /// <summary>Ends <see cref="Stall"/>: what was held arrives.</summary>
    public void Heal()
    {
        scheduler.Log($"{name} heals");
        (IsStalled, IsCut, LossOfRequests, LossOfAnswers, Duplicates) = (false, false, 0, 0, 0);
        ExtraDelay = NoticeDelay = TimeSpan.Zero;
        var held = _held.ToList();
        _held.Clear();
        foreach (var message in held) scheduler.After(Delay(), null, null, message);
        foreach (var listener in _listeners.ToList()) listener.Resume();
    }

    /// <summary>Breaks every connection.</summary>
    /// <param name="error">What the open calls get; null for a reset.</param>
    public void Reset(Func<Exception>? error = null)
    {
        error ??= ModelErrors.Broken;
        Generation++;
        _held.Clear();
        foreach (var fail in _open.ToList()) scheduler.After(Delay(), null, client, () => fail(error()));
        foreach (var listener in _listeners.ToList()) listener.Break();
        host.Server.EndSessions(this);
    }

    /// <summary>The process died: the server learns of it when a packet gets through.</summary>
    public void End()
    {
        scheduler.After(IsStalled ? TimeSpan.FromSeconds(15) : Delay(), $"{name} ends", null, () =>
        {
            foreach (var listener in _listeners.ToList()) listener.Close();
            host.Server.EndSessions(this);
            host.Remove(this);
        });
    }

    private TimeSpan Delay() => ExtraDelay + dice.Time(0.1, dice.Happens(0.05) ? 30 : 1.5);

    /// <summary>A message to the server.</summary>
    private void Send(string label, Action<Exception>? fail, Action arrive)
    {
        if (!client.IsAlive) return;
        if (IsCut || !host.IsUp)
        {
            if (fail is not null) scheduler.After(Delay(), $"{name} refused: {label}", client, () => fail(ModelErrors.Refused()));
        }
        else if (IsStalled) _held.Add(() => Send(label, fail, arrive));
        else if (fail is not null && dice.Happens(LossOfRequests))
        {
            scheduler.After(Delay(), $"{name} lost: {label}", client, () => fail(ModelErrors.Broken()));
            // It may lie in a buffer on the way, and arrive after the client has given its connection up.
            if (dice.Happens(0.3)) scheduler.After(dice.Time(5, 300), $"{name} > late: {label}", null, arrive);
        }
        else scheduler.After(Delay(), $"{name} > {label}", null, arrive);
    }

    private void Arrive<T>(string label, Func<ModelServer, Task<T>> atServer, TaskCompletionSource<T> answer, Action<Exception> fail)
    {
        if (IsStalled) _held.Add(() => Arrive(label, atServer, answer, fail));
        else if (!host.IsUp || IsCut) scheduler.After(Delay(), null, client, () => fail(ModelErrors.Broken()));
        else _ = WorkAsync(label, atServer, answer, fail);
    }

    private async Task WorkAsync<T>(string label, Func<ModelServer, Task<T>> atServer, TaskCompletionSource<T> answer, Action<Exception> fail)
    {
        var epoch = host.Epoch;
        Action respond;
        try
        {
            var result = await atServer(host.Server).ConfigureAwait(false);
            respond = () => answer.TrySetResult(result);
        }
        catch (SessionLostException)
        {
            respond = () => fail(ModelErrors.Broken());
        }
        catch (Exception error)
        {
            respond = () => fail(error);
        }
        if (host.Epoch != epoch) return;
        Return(label, respond, fail);
    }

    private void Return(string label, Action respond, Action<Exception> fail)
    {
        if (IsStalled) _held.Add(() => Return(label, respond, fail));
        else if (IsCut || dice.Happens(LossOfAnswers))
            scheduler.After(Delay(), $"{name} lost the answer: {label}", client, () => fail(ModelErrors.Broken()));
        else scheduler.After(Delay(), $"{name} < {label}", client, respond);
    }

    /// <summary>One connection: what is sent arrives in order or never.</summary>
    private sealed class Listener(SimulatedLink link, Action<string, int> received, Action broken) : ModelListener
    {
        private readonly Queue<(string Payload, int Process)> _sent = new();
        private long _last;
        private int _due;
        private bool _isClosed;

        public override void Send(string payload, int process)
        {
            if (_isClosed) return;
            for (var times = link.Dice.Happens(link.Duplicates) ? 2 : 1; times > 0; times--)
            {
                _sent.Enqueue((payload, process));
                var at = Math.Max(_last, link.Scheduler.Now + (link.Delay() + link.NoticeDelay).Ticks);
                _last = at;
                link.Scheduler.After(TimeSpan.FromTicks(at - link.Scheduler.Now), null, link.Client, Deliver);
            }
        }

        public override void Break()
        {
            if (_isClosed) return;
            Close();
            link.Scheduler.After(link.Delay(), $"{link.Name} stops listening", link.Client, broken);
        }

        public void Close()
        {
            _isClosed = true;
            link.Listeners.Remove(this);
            link.Host.Server.Unlisten(this);
        }

        public void Resume()
        {
            for (; _due > 0; _due--) link.Scheduler.After(link.Delay(), null, link.Client, Deliver);
        }

        private void Deliver()
        {
            if (_isClosed) return;
            if (link.IsStalled)
            {
                _due++;
                return;
            }
            var (payload, process) = _sent.Dequeue();
            link.Scheduler.Log($"{link.Name} hears");
            received(payload, process);
        }
    }

    private Scheduler Scheduler => scheduler;

    private Dice Dice => dice;

    private IEventOwner Client => client;

    private string Name => name;

    private ServerHost Host => host;

    private List<Listener> Listeners => _listeners;
}
