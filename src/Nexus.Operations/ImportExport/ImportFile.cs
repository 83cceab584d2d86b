using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nexus.Operations.Json;
using Nexus.Secrets;

namespace Nexus.Operations.ImportExport;

/// <summary>The kinds of file that can be imported.</summary>
internal enum ImportFormat
{
    /// <summary>None that is known.</summary>
    Unknown,

    /// <summary>An object or list without members.</summary>
    Empty,

    /// <summary>An export of Nexus.</summary>
    Export,

    /// <summary>The legacy's <c>sessions.json</c>.</summary>
    LegacySessions,

    /// <summary>The legacy's <c>bot_state.json</c>.</summary>
    LegacyBotState,

    /// <summary>A list of the legacy's users.</summary>
    LegacyUsers,
}

/// <summary>Recognises a file by how it begins and streams its records.</summary>
internal sealed class ImportFile(Sealer sealer, TimeZoneInfo legacyZone)
{
    private const int LongestBeginning = 64 * 1024;

    private static readonly HashSet<string> BotStateNames = ["enabled_strategies", "group_config", "disabled_assets", "module_assets", "session_config"];

    /// <summary>Streams what the file holds, in constant memory.</summary>
    /// <param name="stream">The file; need not be seekable.</param>
    /// <param name="warnings">Told what is wrong with the file as a whole.</param>
    /// <param name="cancellationToken">Ends in the middle.</param>
    public async IAsyncEnumerable<ImportRecord> ReadAsync(Stream stream, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: LongestBeginning, leaveOpen: true));
        var format = await RecogniseAsync(pipe, cancellationToken).ConfigureAwait(false);
        if (format == ImportFormat.Unknown) warnings.Add("is neither an export of Nexus nor a sessions.json, bot_state.json or list of users of the legacy");
        var records = format switch
        {
            ImportFormat.Export => new ExportReader(warnings, new DocumentSealer(sealer)).ReadAsync(pipe, cancellationToken),
            ImportFormat.LegacySessions => new LegacySessions(sealer).ReadAsync(pipe.AsStream(), cancellationToken),
            ImportFormat.LegacyBotState => LegacyBotState.ReadAsync(new DocumentSealer(sealer), pipe.AsStream(), cancellationToken),
            ImportFormat.LegacyUsers => new LegacyUsers(legacyZone).ReadAsync(pipe.AsStream(), cancellationToken),
            _ => AsyncEnumerable.Empty<ImportRecord>(),
        };
        var source = records.GetAsyncEnumerator(cancellationToken);
        await using (source.ConfigureAwait(false))
        {
            while (await MoveNextAsync(source, warnings).ConfigureAwait(false)) yield return source.Current;
        }
    }

    /// <summary>A file that is damaged somewhere is read up to there.</summary>
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<ImportRecord> source, ICollection<string> warnings)
    {
        try
        {
            return await source.MoveNextAsync().ConfigureAwait(false);
        }
        catch (JsonException error)
        {
            warnings.Add(error is FieldFormatException ? error.Message : "is damaged: what follows the last record that is counted here is no valid JSON");
            return false;
        }
    }

    private static async Task<ImportFormat> RecogniseAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = ByteOrderMark.Skip(read.Buffer);
            var format = ByteOrderMark.MayBegin(read.Buffer) && !read.IsCompleted ? null : Recognise(buffer, read.IsCompleted);
            if (format is { } found)
            {
                pipe.AdvanceTo(buffer.Start);
                return found;
            }
            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || buffer.Length >= LongestBeginning) return ImportFormat.Unknown;
        }
    }

    private static ImportFormat? Recognise(ReadOnlySequence<byte> beginning, bool isFinal)
    {
        try
        {
            var reader = new Utf8JsonReader(beginning, isFinal, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
            if (!reader.Read()) return null;
            var isList = reader.TokenType == JsonTokenType.StartArray;
            if (!isList && reader.TokenType != JsonTokenType.StartObject) return ImportFormat.Unknown;
            if (!reader.Read()) return null;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject) return ImportFormat.Empty;
            if (isList) return reader.TokenType == JsonTokenType.StartObject ? ImportFormat.LegacyUsers : ImportFormat.Unknown;
            var name = reader.Text();
            if (!reader.Read()) return null;
            if (name == "kind") return reader.TokenType == JsonTokenType.String ? ImportFormat.Export : ImportFormat.Unknown;
            if (BotStateNames.Contains(name)) return ImportFormat.LegacyBotState;
            // Whatever the first key is: one that is no chat id is reported like any other.
            return reader.TokenType == JsonTokenType.StartObject ? ImportFormat.LegacySessions : ImportFormat.Unknown;
        }
        catch (JsonException)
        {
            return ImportFormat.Unknown;
        }
    }
}
