using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>
/// The stream of live figures, server-sent events. All streams of a language share the same bytes. A stream ends after some minutes, so that the
/// browser asks again and its sign-in is checked and renewed.
/// </summary>
internal sealed class LiveStream
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly LiveFigures _figures;
    private readonly ApiKeyRegistry _keys;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private Reader[] _readers = [];

    public LiveStream(FigureRecorder recorder, LiveFigures figures, ApiKeyRegistry keys, TimeProvider clock)
    {
        (_figures, _keys, _clock) = (figures, keys, clock);
        recorder.Ticked += Deliver;
    }

    /// <summary>Open streams.</summary>
    public int Streams => Volatile.Read(ref _readers).Length;

    public async Task<IResult> SendAsync(DashboardRequest request)
    {
        var http = request.Http;
        using var share = request.Service<CallerLimits>().Of(http).TakeStream();
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        if (http.IsHead()) return Results.Empty;
        var reader = new Reader(Preferences.LanguageOf(http.Request), request.Key);
        lock (_gate) _readers = [.. _readers, reader];
        try
        {
            using var limit = new CancellationTokenSource(Longest, _clock);
            using var _ = limit.Token.Register(reader.End);
            await http.SendAsync("retry: 3000\n\n"u8.ToArray());
            await http.SendAsync(_figures.Format(reader.Texts));
            await foreach (var text in reader.Waiting.Reader.ReadAllAsync(request.Aborted)) await http.SendAsync(text);
        }
        finally
        {
            lock (_gate) _readers = [.. _readers.Where(other => other != reader)];
        }
        return Results.Empty;
    }

    /// <summary>Ends every stream: the server stops.</summary>
    public void EndAll()
    {
        foreach (var reader in Volatile.Read(ref _readers)) reader.End();
    }

    /// <summary>Never waits for a reader: one that is slow misses figures, which the next ones replace.</summary>
    private void Deliver()
    {
        foreach (var language in Volatile.Read(ref _readers).GroupBy(reader => reader.Texts))
        {
            var text = _figures.Format(language.Key);
            foreach (var reader in language)
            {
                if (_keys.IsCurrent(reader.Key)) reader.Waiting.Writer.TryWrite(text);
                else reader.End();
            }
        }
    }

    private sealed class Reader(Texts texts, ApiKey key)
    {
        public Texts Texts { get; } = texts;

        public ApiKey Key { get; } = key;

        public Channel<ReadOnlyMemory<byte>> Waiting { get; } =
            Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropOldest });

        public void End() => Waiting.Writer.TryComplete();
    }
}
