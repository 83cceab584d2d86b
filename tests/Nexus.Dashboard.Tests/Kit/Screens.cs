using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Nexus.Dashboard.Tests.Kit;

/// <summary>What every page must be, and a picture of it in TestResults/dashboard.</summary>
internal static partial class Screens
{
    private static readonly string Folder = Path.Combine(RootFolder(), "TestResults", "dashboard");

    public static async Task ShootAsync(IPage page, string name)
    {
        Directory.CreateDirectory(Folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>Fails if axe finds a violation, if the page is wider than the screen, or if the browser reported an error.</summary>
    public static async Task CheckAsync(IPage page, string name)
    {
        await ShootAsync(page, name);
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{name}: {string.Join("; ", result.Violations.Select(violation => $"{violation.Id}: {violation.Help} at {Places(violation)}"))}");
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 0, $"{name} is {overflow} pixels wider than the screen");
    }

    /// <summary>Collects what the browser reports as errors: scripts that fail, and content that the policy refused.</summary>
    public static List<string> Errors(IPage page)
    {
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !FailedRequest.IsMatch(message.Text)) errors.Add(message.Text);
        };
        return errors;
    }

    private static string Places(Deque.AxeCore.Commons.AxeResultItem violation) =>
        string.Join(", ", violation.Nodes.Take(3).Select(node => $"{node.Target} {node.Html}"));

    private static string RootFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder!.FullName;
    }

    /// <summary>A page that is meant to have an error status.</summary>
    [GeneratedRegex("Failed to load resource: the server responded with a status of (4|503)")]
    private static partial Regex FailedRequest { get; }
}
