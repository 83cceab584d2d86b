using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Nexus.Engine;

namespace Nexus.Idempotency;

/// <summary>What is known of one request: stored as a sealed text in the keyed state.</summary>
internal sealed record RequestRecord
{
    /// <summary>Bytes of <see cref="Nonce"/>.</summary>
    public const int NonceBytes = 32;

    private const int StepBytes = 16;

    public required RequestPhase Phase { get; init; }

    /// <summary>When it was first begun, by the clock of the process. Ids are derived from it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What distinguishes this request from another one with the same key.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>Random; ids and secrets of the request are derived from it.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>The steps that were committed for it, in their order: <see cref="NameOf"/>.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>The length of the answer in bytes; -1 if it was too long to be kept.</summary>
    public int AnswerLength { get; init; }

    /// <summary>The beginning of the answer.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }

    public static RequestRecord New(DateTimeOffset at, ReadOnlySpan<byte> fingerprint) => new()
    {
        Phase = RequestPhase.Running,
        At = at,
        Fingerprint = fingerprint.ToArray(),
        Nonce = RandomNumberGenerator.GetBytes(NonceBytes),
    };

    /// <summary>Tells writes that are applied together from others: a hash of their kinds and records.</summary>
    public static string NameOf(IReadOnlyList<Write> writes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var write in writes) hash.AppendData(Encoding.UTF8.GetBytes($"{write.Kind}\0{write.RecordId}\0"));
        return Convert.ToBase64String(hash.GetHashAndReset().AsSpan(0, StepBytes));
    }

    /// <summary>A line of JSON, followed by the beginning of the answer.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256 + Answer.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("phase"u8, (int)Phase);
            json.WriteNumber("at"u8, At.UtcTicks);
            json.WriteBase64String("fingerprint"u8, Fingerprint);
            json.WriteBase64String("nonce"u8, Nonce);
            if (Phase == RequestPhase.Answered) json.WriteNumber("answer"u8, AnswerLength);
            if (Steps.Count > 0)
            {
                json.WriteStartArray("steps"u8);
                foreach (var step in Steps) json.WriteStringValue(step);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        buffer.Write(Answer.Span);
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static RequestRecord Parse(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        if (end < 0) throw new FormatException("a record of a request is cut");
        using var json = JsonDocument.Parse(bytes[..end]);
        var root = json.RootElement;
        return new RequestRecord
        {
            Phase = (RequestPhase)root.GetProperty("phase"u8).GetInt32(),
            At = new DateTimeOffset(root.GetProperty("at"u8).GetInt64(), TimeSpan.Zero),
            Fingerprint = root.GetProperty("fingerprint"u8).GetBytesFromBase64(),
            Nonce = root.GetProperty("nonce"u8).GetBytesFromBase64(),
            AnswerLength = root.TryGetProperty("answer"u8, out var length) ? length.GetInt32() : 0,
            Steps = root.TryGetProperty("steps"u8, out var steps) ? [.. steps.EnumerateArray().Select(step => step.GetString()!)] : [],
            Answer = bytes[(end + 1)..],
        };
    }
}

/// <summary>How far a request has come. The numbers are stored.</summary>
internal enum RequestPhase
{
    /// <summary>It is carried out, until its lease ends.</summary>
    Running = 0,

    /// <summary>It was interrupted or failed; a repeat continues.</summary>
    Open = 1,

    /// <summary>It was carried out, and its answer is kept.</summary>
    Answered = 2,
}
