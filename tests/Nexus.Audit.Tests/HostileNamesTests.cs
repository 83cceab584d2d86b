using System.Globalization;
using System.Text.Json;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Audit.Tests;

/// <summary>Names of the database on their way to a terminal, a document, a scanner and a program.</summary>
public sealed class HostileNamesTests
{
    private static readonly string[] Names =
    [
        "a\u001b]0;owned\u0007\u001b[2J", "b\u009b31m\u0085", "c\u202etxt.exe\u2066\u200b\u2028", "d\r\n# heading\n- item",
            "e<img src=x onerror=alert(1)>&amp;", "f|`x`|**b**", "g```\n[l](http://evil.example)", "h[red]bold[/]",
        "i$x$ ~~s~~ @user #1", "j\"';DROP TABLE x;--\\", "k{0}[y](1)",
    ];

    [Fact]
    public async Task They_reach_none_of_them_as_more_than_text_and_fixes_still_name_the_objects()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE parent (id int PRIMARY KEY)");
        foreach (var name in Names)
            await audited.Database.ExecuteAsync(
                $"CREATE TABLE public.{SqlIdentifier.Quote(name)} ({SqlIdentifier.Quote(name)} int REFERENCES parent, price float8, "
                + $"{SqlIdentifier.Quote(name[..1] + "key")} int, config jsonb); CREATE INDEX {SqlIdentifier.Quote("x" + name)} ON "
                + $"public.{SqlIdentifier.Quote(name)} (price); CREATE INDEX {SqlIdentifier.Quote("y" + name)} ON "
                + $"public.{SqlIdentifier.Quote(name)} (price)");
        using var nexus = new NexusProgram();
        string[] audit = ["audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1", "I3", "I8", "J4"];
        var table = (await nexus.RunAsync([.. audit, "--markdown", nexus["a.md"], "--sarif", nexus["a.sarif"]])).Expect(0);
        var json = (await nexus.RunAsync([.. audit, "--json"])).Expect(0);
        var fix = (await nexus.RunAsync(["audit", "fix", "I1", "I3", "--database", audited.Database.Url, "--allow-superuser", "--window",
            "100ms"])).Expect(0);

        var markdown = await File.ReadAllTextAsync(nexus["a.md"]);
        var sarif = await File.ReadAllTextAsync(nexus["a.sarif"]);
        foreach (var output in (string[])[table.Output, table.Error, json.Output, fix.Output, markdown, sarif])
            Assert.DoesNotContain(output, c => c is not '\n' and not '\r'
                && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
                    || c is '\u202e' or '\u2066' or '\u200b');

        // Markdown: outside of code nothing is a tag, a link or a heading of theirs.
        Assert.DoesNotContain("# heading",
            markdown.Split('\n').Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim()).Select(line => "# " + line));
        var prose = string.Join('\n', OutsideOfFences(markdown));
        Assert.DoesNotContain("<img", System.Text.RegularExpressions.Regex.Replace(prose, "(`+)[^`].*?\\1", ""), StringComparison.Ordinal);
        Assert.DoesNotContain("](http", System.Text.RegularExpressions.Regex.Replace(prose, "(`+) ?.*? ?\\1", ""), StringComparison.Ordinal);
        // SARIF: messages hold no link, no placeholder and no tag.
        foreach (var result in JsonElement.Parse(sarif).GetProperty("runs")[0].GetProperty("results").EnumerateArray())
        {
            var message = result.GetProperty("message").GetProperty("text").GetString()!;
            Assert.DoesNotContain("<", message, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?<!\\)\[", message);
            Assert.DoesNotMatch(@"(?<!\{)\{(?!\{)", message);
            Assert.DoesNotContain("<", result.GetProperty("locations")[0].GetProperty("logicalLocations")[0].GetProperty("name").GetString(),
                StringComparison.Ordinal);
        }
        // Every statement is one that works, and none of them is more than one.
        foreach (var finding in json.Json.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("id").GetString() is "I1"))
        {
            foreach (var sql in finding.GetProperty("fix").GetProperty("sql").EnumerateArray()) await audited.Database.ExecuteAsync(sql.GetString()!);
            if (finding.GetProperty("fix").GetProperty("sql").EnumerateArray()
                .Any(sql => sql.GetString()!.Contains("U&", StringComparison.Ordinal))) Assert.False(
                    finding.GetProperty("fix").GetProperty("canApply").GetBoolean());
        }
        Assert.Equal(Names.Length, await audited.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attnum = 1 JOIN "
            + "pg_class c ON c.oid = i.indrelid WHERE c.relname <> 'parent' AND c.relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task An_error_that_quotes_a_name_and_a_baseline_made_by_others_are_text_too()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent)");
        using var nexus = new NexusProgram();
        string[] audit = ["audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1"];
        var report = (await nexus.RunAsync([.. audit, "--json"])).Expect(0).Output;
        var run = (await nexus.RunAsync([.. audit, "--baseline",
            nexus.Write("old.json", report.Replace("public.child.", "\\u001b[2J\\u202e.", StringComparison.Ordinal))])).Expect(0);
        Assert.Contains("u{1B}[2J", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
        Assert.DoesNotContain('\u001b', (await nexus.RunAsync([.. audit, "--baseline", "\u001b[2Jnone"])).Error);
    }

    private static IEnumerable<string> OutsideOfFences(string markdown)
    {
        string? fence = null;
        foreach (var line in markdown.Split('\n'))
        {
            if (fence is null && line.StartsWith("```", StringComparison.Ordinal)) fence = line[..(line.TakeWhile(c => c == '`').Count())];
            else if (fence is not null && line == fence) fence = null;
            else if (fence is null) yield return line;
        }
    }
}
