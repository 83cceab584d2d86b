using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Docs;

/// <summary>The generated pages of docs/reference are those of this program. With NEXUS_WRITE_REFERENCE=1 they are written.</summary>
public sealed class ReferenceTests(EmbeddedServer server)
{
    [Fact]
    public async Task The_pages_are_current()
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var document = (await nobody.GetAsync("/openapi/v1.json")).Expect(200).Json;
        (string Name, string Text)[] pages =
        [
            ("routes", ReferencePages.Routes(document)),
            ("errors", ReferencePages.Errors()),
            ("events", ReferencePages.Events()),
            ("exit-codes", ReferencePages.ExitCodes(Read("src/Nexus.Cli/Terminal/ExitCodes.cs"))),
            ("metrics", ReferencePages.Metrics(Read("src/Nexus.Operations/Monitoring/metrics.txt").Split('\n'))),
        ];
        foreach (var (name, text) in pages)
        {
            var file = Path.Combine(Root(), "docs", "reference", $"{name}.md");
            if (Environment.GetEnvironmentVariable("NEXUS_WRITE_REFERENCE") == "1")
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            Assert.True(text.Split('\n').Length > 8, name);
            Assert.True(
                text == await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                $"docs/reference/{name}.md is not current: run this test with NEXUS_WRITE_REFERENCE=1");
        }
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder!.FullName;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root(), file));
}
