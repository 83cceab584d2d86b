using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Nexus.Operations.Json;

/// <summary>A member of a JSON object, or an element of an array.</summary>
/// <param name="Name">The member's name; null in an array.</param>
/// <param name="Json">The value's bytes as they stand.</param>
internal readonly record struct JsonMember(string? Name, ReadOnlyMemory<byte> Json);

/// <summary>The members of one large JSON object or array, one at a time: memory holds the largest of them, never the whole.</summary>
internal static class JsonMembers
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The largest member, in bytes: a file cannot make the reader hold more.</summary>
    private const int LongestMember = 64 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Streams the members.</summary>
    /// <exception cref="JsonException">The text is not one JSON object or array; members before that place were given.</exception>
    public static async IAsyncEnumerable<JsonMember> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        var state = new JsonReaderState(Options);
        try
        {
            for (var wanted = 1; ;)
            {
                var read = await pipe.ReadAtLeastAsync(wanted, cancellationToken).ConfigureAwait(false);
                var buffer = read.Buffer;
                while (TryTake(ref buffer, read.IsCompleted, ref state, out var member)) yield return member;
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) yield break;
                if (buffer.Length > LongestMember) throw new FieldFormatException($"has a member of more than {LongestMember} bytes");
                // A member is read from its start each time, so wait for a part of it that is worth that: the work stays linear in its length.
                wanted = (int)buffer.Length + Math.Max(1, (int)buffer.Length / 4);
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>False when more bytes are needed, or there is no further member. Whatever was understood is taken from the buffer.</summary>
    private static bool TryTake(ref ReadOnlySequence<byte> buffer, bool isFinal, ref JsonReaderState state, out JsonMember member)
    {
        member = default;
        while (true)
        {
            var reader = new Utf8JsonReader(buffer, isFinal, state);
            if (!reader.Read()) return false;
            string? name = null;
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.Text();
                if (!reader.Read()) return false;
            }
            var isMember = name is not null || reader.CurrentDepth == 1;
            if (!isMember && reader is { CurrentDepth: 0, TokenType: not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.EndObject or JsonTokenType.EndArray) })
            {
                throw new JsonException("the text is not an object or a list");
            }
            var start = reader.TokenStartIndex;
            if (isMember && !reader.TrySkip()) return false;
            if (isMember) member = new JsonMember(name, buffer.Slice(start, reader.BytesConsumed - start).ToArray());
            state = reader.CurrentState;
            buffer = buffer.Slice(reader.Position);
            if (isMember) return true;
        }
    }
}
