using Nexus.Cli;
using Nexus.Cli.Configuration;
using Nexus.Cli.Shell;
using Nexus.Cli.Terminal;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Shell;

public sealed class ManPageTests
{
    private static readonly CommandDescription Root = CommandDescription.Of(new NexusCommand(new CommandConsole(TextWriter.Null, TextWriter.Null)));

    [Fact]
    public async Task The_page_names_every_command_option_variable_and_is_reproducible()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["SOURCE_DATE_EPOCH"] = "1767225600";
        var page = (await nexus.RunAsync("man")).Expect(0).Output;
        Assert.Contains(".TH NEXUS 1 2026-01-01 ", page, StringComparison.Ordinal);
        Assert.Equal(page, (await nexus.RunAsync("man")).Output);
        Assert.All(Root.All.Skip(1),
            command => Assert.Contains($".SS \"{command.Path.Replace("-", "\\-", StringComparison.Ordinal)}\"", page, StringComparison.Ordinal));
        Assert.All(SettingCatalogue.All, setting => Assert.Contains($".B {setting.Variable}\n", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mandoc", "-T", "lint", "-W", "warning")]
    [InlineData("groff", "-ww", "-man", "-T", "utf8", "-z")]
    public async Task No_formatter_warns(string program, params string[] arguments)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not installed");
        using var folder = new TempFolder("man");
        await File.WriteAllTextAsync(folder["nexus.1"], ManPage.Create(Root, "1.2.3", new DateOnly(2026, 1, 1)));
        var (exitCode, output, error) = await ChildProcess.RunAsync(program, [.. arguments, folder["nexus.1"]]);
        Assert.True(exitCode == 0 && (output + error).Length == 0, output + error);
    }
}
