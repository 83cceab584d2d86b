using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Sharding;
using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>The bucket of a chat never changes, in the program and in the schema; the map is whole or refused.</summary>
public sealed class ShardMapTests
{
    /// <summary>By <c>printf %s ID | sha256sum | cut -c1-3</c>.</summary>
    [Theory]
    [InlineData("1", 0x6b8)]
    [InlineData("12345", 0x599)]
    [InlineData("-1001234567890", 0x150)]
    [InlineData("0", 0x5fe)]
    public void The_bucket_is_the_first_12_bits_of_SHA_256(string chat, int bucket) => Assert.Equal(bucket, ChatBucket.Of(chat));

    [Fact]
    public async Task The_schema_computes_the_same_buckets()
    {
        await using var home = await PostgresHome.CreateAsync();
        string[] chats = [.. Enumerable.Range(-500, 1000).Select(n => $"{n * 7919L * 104729}"), "", "ñ🚀", new string('9', 50), new string('x', 300)];
        string[] states =
        [
            "dialogs/42", "dialogs/-42", "dialogs/42/step", "dialogs/42:7", "dialogs/42|x", "dialogs/42x", "dialogs/x/42", "dialogs/", "dialogs/-",
            "a", "nexus.alerts/1", "nexusx/1", $"d/{new string('1', 50)}", $"d/{new string('1', 51)}", "d/４２", "d/42\n", "d/\n42", "d//42",
            "nexus.requests/ab.step.1@77", "nexus.requests/ab@4095", "nexus.requests/ab@4096", "nexus.requests/ab@0012", "nexus.requests/ab@",
            "nexus.requests/@1@2", "nexus.requests/ab@7x", "nexus.requests/ab@-7", "nexus.requests/ab@12345", "nexus.requests/ab@00000", "d/42@7",
        ];

        var inSchema = await home.Database.QueryAsync<int>(
            "SELECT nexus_bucket(c) FROM unnest($1::text[]) WITH ORDINALITY AS t (c, n) ORDER BY n", [chats]);
        Assert.Equal(chats.Select(chat => ChatBucket.Of(chat)), inSchema);
        var rows = await home.Database.QueryRowsAsync(
            "SELECT nexus_state_bucket(c) FROM unnest($1::text[]) WITH ORDINALITY AS t (c, n) ORDER BY n", [states]);
        Assert.Equal(
            states.Select(id => StateKey.PlaceOf(id) is { IsInBucket: true, Bucket: var bucket } ? (object?)bucket : null),
            rows.Select(row => row[0]));
    }

    [Fact]
    public void A_value_of_the_keyed_state_is_with_its_chat()
    {
        Assert.Equal(RecordPlace.OfChat("42"), StateKey.PlaceOf("dialogs/42"));
        Assert.Equal(RecordPlace.OfChat("-42"), StateKey.PlaceOf("dialogs/-42:step"));
        Assert.Equal(RecordPlace.OfChat("dialogs/step:42"), StateKey.PlaceOf("dialogs/step:42"));
        Assert.Equal(RecordPlace.Home, StateKey.PlaceOf("nexus.notices/42"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(256)]
    public void Even_shares_cover_every_bucket_once(int shards)
    {
        var map = ShardMap.Of([.. Enumerable.Range(0, shards).Select(n => Row(n, ShardMap.EvenShare(n, shards)))]);

        var sizes = Enumerable.Range(0, ChatBucket.Count).GroupBy(bucket => map.OwnerOf(new RecordPlace(bucket)))
            .Select(group => group.Count()).ToList();
        Assert.Equal(shards, sizes.Count);
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        Assert.Equal(0, map.OwnerOf(RecordPlace.Home));
        Assert.Null(map.OwnerOf(RecordPlace.Unknown));
    }

    [Fact]
    public void A_map_that_is_not_whole_is_refused()
    {
        var (none, all) = (new string('0', ChatBucket.Count), new string('1', ChatBucket.Count));
        foreach (var rows in new ShardRow[][]
        {
            [], [Row(1, all)], [Row(0, none)], [Row(0, all), Row(1, all)], [Row(0, "1")], [Row(0, all), Row(2, none)],
            [Row(0, all), Row(1, none) with { MapId = Guid.NewGuid() }],
        })
            Assert.Contains("damaged", Assert.Throws<StoreIncompatibleException>(() => ShardMap.Of(rows)).Message, StringComparison.Ordinal);
    }

    /// <summary>The strings that the products document.</summary>
    [Theory]
    [InlineData("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27 01:53:43, go1.19.10)", "CockroachDB")]
    [InlineData("CockroachDB OSS v20.2.3 (x86_64-unknown-linux-gnu, built 2020/12/14 18:33:39, go1.13.14)", "CockroachDB")]
    [InlineData("PostgreSQL 11.2-YB-2.20.1.3-b0 on x86_64-pc-linux-gnu, compiled by clang version 16.0.6, 64-bit", "YugabyteDB")]
    [InlineData("PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu, compiled by clang version 19.1.0, 64-bit", "YugabyteDB")]
    [InlineData("PostgreSQL 16.4-limitless on aarch64-unknown-linux-gnu, compiled by aarch64-unknown-linux-gnu-gcc (GCC) 9.5.0, 64-bit", "Limitless")]
    public void Servers_that_lack_what_Nexus_needs_are_refused_by_name(string version, string name)
    {
        var error = Assert.Throws<StoreIncompatibleException>(() => ServerProducts.Check(version, hasLimitlessView: false));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PostgreSQL_and_its_hosted_editions_are_accepted()
    {
        foreach (var version in new[]
        {
            "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit",
            "PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by x86_64-pc-linux-gnu-gcc (GCC) 9.5.0, 64-bit",
        })
            ServerProducts.Check(version, hasLimitlessView: false);
        Assert.Contains("Limitless", Assert.Throws<StoreIncompatibleException>(
            () => ServerProducts.Check("PostgreSQL 16.4 on aarch64-unknown-linux-gnu", hasLimitlessView: true)).Message, StringComparison.Ordinal);
    }

    private static ShardRow Row(int number, string owned) => new(number, Guid.Empty, $"s{number}", 0, 1, owned);
}
