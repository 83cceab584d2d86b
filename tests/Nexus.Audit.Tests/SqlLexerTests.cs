using System.Text;
using System.Text.RegularExpressions;

namespace Nexus.Audit.Tests;

public sealed partial class SqlLexerTests
{
    [Theory]
    [InlineData(@"SELECT 'dir\', 'hunter2'", "SELECT ?, ?")]
    [InlineData(@"COPY t FROM 'dir\' WITH (FORMAT csv); SELECT 'hunter2'", "COPY t FROM ? WITH (FORMAT csv); SELECT ?")]
    [InlineData(@"SELECT E'it\'s hunter2', e'\\', 'x'", "SELECT ?, ?, ?")]
    [InlineData("SELECT 'a'\n  -- more\n 'hunter2', 1", "SELECT ?, ?")]
    [InlineData("SELECT E'a'\n 'b\\'hunter2', 1", "SELECT ?, ?")]
    [InlineData("SELECT 'a' /* x */ 'hunter2'", "SELECT ? ?")]
    [InlineData("SELECT U&'d\\0061t\\' , U&\"d\\0061t\" , N'hunter2', B'1', x'1F'", "SELECT ? , U&\"d\\0061t\" , ?, ?, ?")]
    [InlineData("SELECT $$hunter2$$, $a$ $b$ hunter2 $$ $a$, $1, a$$b", "SELECT ?, ?, $1, a$$b")]
    [InlineData("SELECT /* one /* two */ 'hunter2' */ 1, typee'hunter2'", "SELECT ?, typee?")]
    [InlineData("SELECT 'it''s hunter2", "SELECT ?")]
    [InlineData("SELECT \"hunter2", "SELECT ?")]
    [InlineData("SELECT $x$hunter2", "SELECT ?")]
    [InlineData("SELECT 1 /* hunter2", "SELECT ?")]
    [InlineData("SELECT 1_000, 0x1F, 1.5e-3, .5, 12abc, t1.c2 - 5", "SELECT ?, ?, ?, ?, ?, t1.c2 - ?")]
    [InlineData("SET app.secret = hunter2", "SET app.secret = ?")]
    [InlineData("SET LOCAL app.secret TO hunter2, hunter3", "SET LOCAL app.secret TO ?, ?")]
    [InlineData("ALTER ROLE bot SET app.token = hunter2", "ALTER ROLE bot SET app.token = ?")]
    public void A_constant_is_replaced_whatever_its_form(string text, string shown) => Assert.Equal(shown, StatementText.Shown(text));

    [Fact]
    public void Where_backslashes_escape_in_plain_strings_they_do_so_here() =>
        Assert.Equal("SELECT ?", StatementText.WithoutConstants(@"SELECT 'it\'s hunter2'", backslashEscapes: true));

    [Fact]
    public void Every_character_belongs_to_one_token_and_time_grows_with_length_alone()
    {
        var random = new Random(7);
        const string alphabet = "'\"$\\/*-eEuUnNxXbB&a_1.; \n()=<>\u202E";
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            Assert.Equal(text, string.Concat(SqlLexer.Read(text).Select(token => token.Of(text).ToString())));
        }
        foreach (var part in (string[])["'", "/*", "$a$ $b$ ", "E'\\'", "\"", "a = (", "-- \n", "''\n", "1.e", "$a"])
        {
            var text = "SELECT " + string.Concat(Enumerable.Repeat(part, 4_000_000 / part.Length));
            Assert.NotNull(StatementText.Shown(text));
            Assert.NotNull(StatementShape.Read(text));
            Assert.NotNull(StatementText.Verb(text));
            Assert.NotNull(JsonFilter.Read(text));
            StatementText.IsHousekeeping(text);
            WriteTarget.Of(text);
            UpdateShape.Read(text);
        }
    }

    /// <summary>
    /// pg_stat_statements finds constants with the server's own lexer: what it leaves of a text and what is shown of it must be the same.
    /// </summary>
    [Fact]
    public async Task It_cuts_random_texts_as_the_server_does()
    {
        await using var audited = await AuditCase.CreateAsync();
        await using var connection = await audited.ConnectAsync("lexer");
        var random = new Random(42);
        var compared = 0;
        for (var columns = 1; columns <= 60; columns++)
        {
            var text = new StringBuilder($"SELECT /* lexer{columns:000} */ ");
            for (var i = 0; i < columns; i++) text.Append(i == 0 ? "" : ", ").Append(Constant(random)).Append(Gap(random)).Append("AS ")
                .Append(Alias(random, i));
            await AuditCase.ExecuteAsync(connection, text.ToString());
            var kept = await audited.Database.ScalarAsync<string>(
                "SELECT query FROM pg_stat_statements WHERE query LIKE $1 AND query NOT LIKE '%pg_stat_statements%'", $"%lexer{columns:000}%");
            Assert.Equal(Parameter().Replace(StatementText.WithoutConstants(kept), "?"), StatementText.WithoutConstants(text.ToString()));
            compared++;
        }
        Assert.Equal(60, compared);
    }

    private static string Constant(Random random)
    {
        var inside = string.Concat(Enumerable.Range(0, random.Next(8))
            .Select(_ => random.Next(9) switch { 0 => "''", 1 => "\\", 2 => "\"", 3 => "--", 4 => "/*", 5 => "$$", 6 => "é", 7 => "\n", _ => "x" }));
        return random.Next(9) switch
        {
            0 => $"'{inside}'",
            1 => $"E'{inside.Replace("\\", random.Next(2) == 0 ? "\\\\" : "\\'", StringComparison.Ordinal)}'",
            2 => $"U&'{inside.Replace("\\", "\\0061", StringComparison.Ordinal)}'",
            3 => string.Concat("$t1$", inside, "$t1$"),
            4 => string.Concat("$$", inside.Replace("$", "x", StringComparison.Ordinal), " $$"),
            5 => "B'0101'",
            6 => "X'1fA'",
            7 => (random.Next(1000) / 8.0).ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => $"'{inside}'\n'{inside}'",
        };
    }

    private static string Gap(Random random) => random.Next(5) switch { 0 => " /* a /* 'b' */ \" */ ", 1 => " -- it's\n", 2 => "\t", _ => " " };

    private static string Alias(Random random, int i) =>
        random.Next(4) switch { 0 => $"\"it's {i}\"", 1 => $"\"a\"\"b{i}\"", 2 => $"a$${i}", _ => $"c{i}" };

    [GeneratedRegex(@"(?<![\w$])\$[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
