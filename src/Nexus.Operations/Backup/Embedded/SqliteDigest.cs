using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Nexus.Operations.Backup;

/// <summary>
/// Counts, hashes and sums the rows of an SQLite file. The hash of a table is the sum of the SHA-256 of its rows, so their order does not matter.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal static class SqliteDigest
{
    /// <summary>Decimals are stored as text with up to eight digits behind the point.</summary>
    private const decimal Unit = 100_000_000m;

    private static readonly HashSet<string> Decimals = new(StringComparer.Ordinal) { "pnl", "fees" };

    /// <summary>The tables as the connection's transaction sees them.</summary>
    public static IReadOnlyList<TableContents> Read(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var tables = new List<string>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
            using var reader = command.ExecuteReader();
            while (reader.Read()) tables.Add(reader.GetString(0));
        }
        return [.. tables.Select(table => ReadTable(connection, table, cancellationToken))];
    }

    /// <summary>The first value of a statement as text.</summary>
    public static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }

    private static TableContents ReadTable(SqliteConnection connection, string table, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        using var reader = command.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var summed = columns.Select((name, at) => (name, at)).Where(column => Decimals.Contains(column.name)).ToList();
        var (rows, hash) = (0L, UInt128.Zero);
        var sums = new BigInteger[summed.Count];
        using var row = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[32];
        while (reader.Read())
        {
            if (rows++ % 1024 == 0) cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < columns.Count; i++) Append(row, reader.GetValue(i));
            row.GetHashAndReset(digest);
            hash += BinaryPrimitives.ReadUInt128BigEndian(digest);
            for (var i = 0; i < summed.Count; i++)
            {
                if (reader.GetValue(summed[i].at) is string text
                    && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    sums[i] += new BigInteger(value * Unit);
            }
        }
        return new TableContents(
            "main", table, rows, hash.ToString("x32", CultureInfo.InvariantCulture),
            summed.Select((column, i) => (column.name, sums[i]))
                .ToDictionary(sum => sum.name, sum => (string?)AsDecimal(sum.Item2), StringComparer.Ordinal),
            columns);
    }

    /// <summary>Type, length and bytes, so that no two different rows look alike.</summary>
    private static void Append(IncrementalHash row, object value)
    {
        var (type, bytes) = value switch
        {
            DBNull => ((byte)0, []),
            long number => ((byte)1, BitConverter.GetBytes(number)),
            double number => ((byte)2, BitConverter.GetBytes(number)),
            byte[] blob => ((byte)3, blob),
            _ => ((byte)4, Encoding.UTF8.GetBytes((string)value)),
        };
        Span<byte> head = stackalloc byte[5];
        head[0] = type;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
        row.AppendData(head);
        row.AppendData(bytes);
    }

    private static string AsDecimal(BigInteger units)
    {
        var whole = BigInteger.DivRem(BigInteger.Abs(units), new BigInteger(Unit), out var rest);
        return $"{(units.Sign < 0 ? "-" : "")}{whole.ToString(CultureInfo.InvariantCulture)}.{rest.ToString("d8", CultureInfo.InvariantCulture)}";
    }
}
