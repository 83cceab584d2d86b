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
    /// <summary>An unknown format.</summary>
    Unknown,

    /// <summary>An object or list without members.</summary>
    Empty,

    /// <summary>An export of Nexus.</summary>
    Export,

    /// <summary>The legacy bot's <c>sessions.json</c>.</summary>
    LegacySessions,

    /// <summary>The legacy bot's <c>bot_state.json</c>.</summary>
    LegacyBotState,

    /// <summary>A list of the legacy bot's users.</summary>
    LegacyUsers,
}

/// <summary>Recognises the format of a file by its beginning and streams its records.</summary>
internal sealed class ImportFile(Sealer sealer, TimeZoneInfo legacyZone)
{
    private const int LongestBeginning = 64 * 1024;

    private static readonly HashSet<string> BotStateNames =
    [
        "enabled_strategies", "group_config", "disabled_assets", "module_assets", "session_config"
    ];

    /// <summary>Streams the records of the file in constant memory.</summary>
    /// <param name="stream">The file. It does not have to be seekable.</param>
    /// <param name="warnings">Receives problems of the whole file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async IAsyncEnumerable<ImportRecord> ReadAsync(
        Stream stream, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: LongestBeginning, leaveOpen: true));
        var format = await RecogniseAsync(pipe, cancellationToken).ConfigureAwait(false);
        if (format == ImportFormat.Unknown)
            warnings.Add("is neither an export of Nexus nor a sessions.json, bot_state.json or list of users of the legacy bot");
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

    /// <summary>A damaged file is read up to the damage.</summary>
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<ImportRecord> source, ICollection<string> warnings)
    {
        try
        {
            return await source.MoveNextAsync().ConfigureAwait(false);
        }
        catch (JsonException error)
        {
            warnings.Add(error is FieldFormatException ? error.Message : "is damaged: the text after the last counted record is not valid JSON");
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
            // For any first key: a key that is not a chat id is reported like any other error.
            return reader.TokenType == JsonTokenType.StartObject ? ImportFormat.LegacySessions : ImportFormat.Unknown;
        }
        catch (JsonException)
        {
            return ImportFormat.Unknown;
        }
    }
}
