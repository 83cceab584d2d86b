using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Fuzz.Targets;

/// <summary>A row of the outbox, one column a line and the body at the end: anybody who can write the file chooses it.</summary>
internal sealed class OutboxRowTarget : FuzzTarget
{
    private const string Select = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, CAST(?14 AS BLOB), ?12, ?13";

    private readonly SqliteConnection _connection = new("Data Source=:memory:;Pooling=false");
    private readonly OutboxSeal _seal = new(FuzzKeys.Sealer.Keys, "outbox");
    private readonly SpooledWriteCheck _check = new(FuzzKeys.Sealer);

    public override string Name => "outbox-row";

    public override IReadOnlyList<string> Dictionaries => ["json", "outbox"];

    public override int Mutations => 1500;

    public override void Run(byte[] input, ShownTexts shown)
    {
        if (_connection.State != System.Data.ConnectionState.Open) _connection.Open();
        var entry = OutboxReader.ReadPage(Row(input), _seal)[0];
        if (entry.Origin == OutboxOrigin.Authentic) throw new FuzzFailureException("a row that Nexus did not write is authentic");
        shown.Add(entry.Key.ToString());
        if (entry.Write is not { } write) return;
        shown.Add(_check.FindFault(write));
        var encoded = WriteCodec.Encode(write);
        var again = WriteCodec.Decode(entry.Kind, entry.Key.Id, entry.WriteId, encoded);
        if (again is null || !WriteCodec.Encode(again).AsSpan().SequenceEqual(encoded))
            throw new FuzzFailureException("a write is read back as another one");
    }

    /// <summary>The replay quarantines what it cannot read; an error would stop it.</summary>
    public override bool IsDocumented(Exception error) => false;

    [SuppressMessage("Security", "CA2100", Justification = "The SQL is a constant.")]
    private SqliteDataReader Row(byte[] input)
    {
        var command = _connection.CreateCommand();
        command.CommandText = Select;
        var lines = new InputLines(input);
        for (var column = 1; column <= 13; column++)
        {
            var text = lines.Next();
            command.Parameters.AddWithValue($"?{column}", column switch
            {
                3 or 4 => text,
                10 => text == "-" ? DBNull.Value : text,
                5 => Bytes(text),
                8 or 13 => text == "-" ? DBNull.Value : Bytes(text),
                _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0L,
            });
        }
        command.Parameters.AddWithValue("?14", lines.Rest.ToArray());
        return command.ExecuteReader();
    }

    private static byte[] Bytes(string hexadecimal)
    {
        try
        {
            return Convert.FromHexString(hexadecimal);
        }
        catch (FormatException)
        {
            return System.Text.Encoding.UTF8.GetBytes(hexadecimal);
        }
    }
}
