using System.Globalization;
using Nexus.Engine;
using Nexus.StoreContract;
using Npgsql;

namespace Nexus.Postgres.Tests.Store;

/// <summary>What is gathered for COPY is what the server reads, and what the driver's own encoding would have said.</summary>
public class CopyRowsTests
{
    private static async Task<NpgsqlConnection> ConnectAsync(StoreFixture fixture)
    {
        var connection = new NpgsqlConnection(fixture.Database.ConnectionString);
        await connection.OpenAsync(StoreFixture.Token);
        return connection;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, string table, string columns, Action<CopyRows> add)
    {
        await using (var create = new NpgsqlCommand($"CREATE TEMPORARY TABLE {table} ({columns})", connection)) await create.ExecuteNonQueryAsync(
            StoreFixture.Token);
        await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", StoreFixture.Token);
        using var rows = new CopyRows();
        rows.Begin();
        add(rows);
        rows.End();
        await stream.WriteAsync(rows.Written, StoreFixture.Token);
    }

    [Fact]
    public async Task Every_decimal_arrives_with_its_digits_and_its_scale()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await using var connection = await ConnectAsync(fixture);
        var random = new Random(20261124);
        List<decimal> values =
        [
            0m, 0.0m, 0.00000000m, -0.0m, 1m, -1m, 1.0m, 1.00000000m, 10m, 9999m, 10_000m, 10_001m, 99_999_999m, 100_000_000m, 0.1m, 0.01m, 0.001m,
            0.0001m, 0.00001m,
            0.00000001m, 1.0001m, 1.00010000m, 64_250.12m, 999_999_999_999.99999999m, -999_999_999_999.99999999m, 18_446_744_073_709_551_615m,
            18_446_744_073_709_551_616m, 184_467_440_737_095_516.16m, decimal.MaxValue, decimal.MinValue, 7.9228162514264337593543950335m,
            0.0000000000000000000000000001m,
        ];
        for (var n = 0; n < 5000; n++)
        {
            // As many bits as chance gives, so that short ones come as often as long ones.
            var bits = random.Next(97);
            values.Add(new decimal(Part(bits), Part(bits - 32), Part(bits - 64), random.Next(2) == 0, (byte)random.Next(29)));
        }

        await CopyAsync(connection, "numbers", "n integer, value numeric", rows =>
        {
            for (var n = 0; n < values.Count; n++)
            {
                rows.StartRow(2);
                rows.Add(n);
                rows.Add(values[n]);
            }
        });

        await using var command = new NpgsqlCommand("SELECT value::text FROM numbers ORDER BY n", connection);
        await using var reader = await command.ExecuteReaderAsync(StoreFixture.Token);
        foreach (var value in values)
        {
            Assert.True(await reader.ReadAsync(StoreFixture.Token));
            // PostgreSQL knows no negative zero.
            Assert.Equal((value == 0 ? Math.Abs(value) : value).ToString(CultureInfo.InvariantCulture), reader.GetString(0));
        }

        int Part(int bits) =>
            bits <= 0 ? 0 : bits >= 32 ? random.Next(int.MinValue, int.MaxValue) : random.Next(int.MinValue, int.MaxValue) & (int)((1L << bits) - 1);
    }

    [Fact]
    public async Task Texts_instants_documents_and_what_is_missing_arrive_as_they_are()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await using var connection = await ConnectAsync(fixture);
        var id = UuidV7.New(Make.Noon);
        // Longer than the room that it starts with.
        var large = $$"""{"text": "{{new string('é', 200_000)}}"}""";

        await CopyAsync(connection, "things", "a text, b text, c timestamptz, d timestamptz, e numeric, f uuid, g jsonb, h integer", rows =>
        {
            rows.StartRow(8);
            rows.Add("naïve \"✓\" 💰\n\\N");
            rows.Add((string?)null);
            rows.Add(Make.Noon.AddTicks(10));
            rows.Add((DateTimeOffset?)null);
            rows.Add((decimal?)null);
            rows.Add(id);
            rows.AddJson(Make.Utf8(large).Span);
            rows.Add(-1);
        });

        await using var command = new NpgsqlCommand("SELECT a, b, c, d, e, f, g::text, h FROM things", connection);
        await using var reader = await command.ExecuteReaderAsync(StoreFixture.Token);
        Assert.True(await reader.ReadAsync(StoreFixture.Token));
        Assert.Equal("naïve \"✓\" 💰\n\\N", reader.GetString(0));
        Assert.Equal(Make.Noon.AddTicks(10), reader.GetInstant(2));
        Assert.True(reader.IsDBNull(1) && reader.IsDBNull(3) && reader.IsDBNull(4));
        Assert.Equal(id, reader.GetGuid(5));
        Assert.Equal(large, reader.GetString(6));
        Assert.Equal(-1, reader.GetInt32(7));
        Assert.False(await reader.ReadAsync(StoreFixture.Token));
    }
}
