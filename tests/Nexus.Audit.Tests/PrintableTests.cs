using System.Globalization;
using System.Text;

namespace Nexus.Audit.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain name_1", "plain name_1")]
    [InlineData("contraseña ✓ 漢字", "contraseña ✓ 漢字")]
    [InlineData("\u001b[2Jx", "\\u{1B}[2Jx")]
    [InlineData("a\u009b31mb\u0085", "a\\u{9B}31mb\\u{85}")]
    [InlineData("a\u202egnp.exe\u2066", "a\\u{202E}gnp.exe\\u{2066}")]
    [InlineData("a\u200bb\u00adc\ufeff", "a\\u{200B}b\\u{AD}c\\u{FEFF}")]
    [InlineData("a\r\nb\u2028c\td\0", "a\\u{D}\\u{A}b\\u{2028}c\\u{9}d\\u{0}")]
    [InlineData("\U000E0041\u3164", "\\u{E0041}\\u{3164}")]
    public void What_steers_a_terminal_or_cannot_be_seen_is_shown_as_its_code_point(string text, string shown) =>
        Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void No_text_gets_a_control_or_a_format_character_through_and_length_is_bounded()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value)) continue;
            var shown = Printable.Line(new Rune(value).ToString());
            Assert.DoesNotContain(shown, c => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        }
        Assert.Equal("a\\u{FFFD}b", Printable.Line("a\ud800b"));
        Assert.InRange(Printable.Line(new string('\u001b', 10_000_000)).Length, 1, Printable.Longest + 20);
    }

    [Theory]
    [InlineData("DROP INDEX public.\"a\u001bb\\c\"\"\"", "DROP INDEX public.U&\"a\\001Bb\\\\c\"\"\"")]
    [InlineData("SELECT 'a\u202eb''c\\'", "SELECT U&'a\\202Eb''c\\\\'")]
    [InlineData("SELECT E'a\u202e\\n'", "SELECT E'a\\u202E\\n'")]
    [InlineData("SELECT \"plain\"", "SELECT \"plain\"")]
    [InlineData("SELECT \"\U000E0041\"", "SELECT U&\"\\+0E0041\"")]
    public void A_statement_with_such_names_is_written_with_escapes(string sql, string shown) => Assert.Equal(shown, PrintableSql.Of(sql));

    [Fact]
    public async Task A_statement_so_written_names_the_same_object()
    {
        await using var audited = await AuditCase.CreateAsync();
        var random = new Random(5);
        int[] pool = [0x1B, 0x9B, 0x202E, 0x200B, 0x2028, '"', '\\', '\'', 'a', ';', 0xE0041, 0x7F, '\n'];
        for (var i = 0; i < 25; i++)
        {
            var name = string.Concat(Enumerable.Range(0, 1 + random.Next(9)).Select(_ => char.ConvertFromUtf32(pool[random.Next(pool.Length)])));
            await audited.Database.ExecuteAsync(PrintableSql.Of($"CREATE TABLE public.{Nexus.Postgres.SqlIdentifier.Quote(name)} (id int)"));
            Assert.Equal(1, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = $1", name));
            await audited.Database.ExecuteAsync($"DROP TABLE public.{Nexus.Postgres.SqlIdentifier.Quote(name)}");
        }
    }
}
