using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Nexus.Operations.Backup;

/// <summary>
/// Finds rows in the text of COPY (https://www.postgresql.org/docs/current/sql-copy.html), as a dump holds it, by the value of one column. Other
/// rows are
/// passed over without decoding, so a dump of millions of rows is searched in seconds.
/// </summary>
internal static class CopyTextReader
{
    /// <summary>A record of the state has at most a few hundred kilobytes; rows of other tables are not read.</summary>
    private const int MaxLine = 64 * 1024 * 1024;

    /// <summary>The rows whose column equals a value that needs no escape.</summary>
    /// <param name="text">The text. It is disposed at the end.</param>
    /// <param name="column">The column's place, from 0.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async IAsyncEnumerable<string?[]> FindAsync(
        Stream text, int column, string value, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = Encoding.UTF8.GetBytes(value);
        var pipe = PipeReader.Create(text, new StreamPipeReaderOptions(bufferSize: 256 * 1024));
        try
        {
            while (true)
            {
                var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
                var (rows, consumed) = Scan(result.Buffer, column, wanted);
                foreach (var row in rows) yield return row;
                var left = result.Buffer.Slice(consumed);
                if (left.Length > MaxLine) throw new BackupException(BackupErrorKind.Damaged, "the dump has a row of more than 64 MiB");
                pipe.AdvanceTo(consumed, result.Buffer.End);
                if (result.IsCompleted) yield break;
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static (List<string?[]> Rows, SequencePosition Consumed) Scan(ReadOnlySequence<byte> buffer, int column, byte[] wanted)
    {
        var rows = new List<string?[]>();
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.IsSingleSegment)
            {
                if (Matches(line.FirstSpan, column, wanted)) rows.Add(Decode(line.FirstSpan));
                continue;
            }
            var copy = line.ToArray();
            if (Matches(copy, column, wanted)) rows.Add(Decode(copy));
        }
        return (rows, reader.Position);
    }

    private static bool Matches(ReadOnlySpan<byte> line, int column, byte[] wanted)
    {
        for (; column > 0; column--)
        {
            var tab = line.IndexOf((byte)'\t');
            if (tab < 0) return false;
            line = line[(tab + 1)..];
        }
        return line.StartsWith(wanted) && (line.Length == wanted.Length || line[wanted.Length] == (byte)'\t');
    }

    private static string?[] Decode(ReadOnlySpan<byte> line)
    {
        var fields = Encoding.UTF8.GetString(line).Split('\t');
        var row = new string?[fields.Length];
        for (var i = 0; i < row.Length; i++) row[i] = fields[i] == "\\N" ? null : Unescape(fields[i]);
        return row;
    }

    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] != '\\' || i + 1 == field.Length)
            {
                text.Append(field[i]);
                continue;
            }
            i++;
            text.Append(field[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', var other => other });
        }
        return text.ToString();
    }
}
