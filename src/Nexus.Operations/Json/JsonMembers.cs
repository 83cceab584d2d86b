using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Nexus.Operations.Json;

/// <summary>A member of a JSON object, or an element of an array.</summary>
/// <param name="Name">The member's name; null in an array.</param>
/// <param name="Json">The bytes of the value.</param>
internal readonly record struct JsonMember(string? Name, ReadOnlyMemory<byte> Json);

/// <summary>The members of one large JSON object or array, one at a time: memory holds one member, never the whole text.</summary>
internal static class JsonMembers
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The largest member, in bytes, which bounds the memory of the reader.</summary>
    private const int LongestMember = 64 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Streams the members.</summary>
    /// <exception cref="JsonException">The text is not one JSON object or array. Members before the error were returned.</exception>
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

    /// <summary>False if more bytes are needed or there is no further member. Consumed bytes are removed from the buffer.</summary>
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
            if (!isMember
                && reader.CurrentDepth == 0
                && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)
                && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                throw new JsonException("the text is not a JSON object or array");
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
