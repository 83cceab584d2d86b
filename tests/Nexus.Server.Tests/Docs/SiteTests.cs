using System.Net;
using System.Text.RegularExpressions;
using Nexus.TestKit;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Nexus.Server.Tests.Docs;

/// <summary>The site that docs/build makes: whole, without the network, and searchable from its folder.</summary>
public sealed partial class SiteTests
{
    [Fact]
    public async Task The_site_is_whole_and_its_search_works_from_the_folder()
    {
        using var folder = new TempFolder("site");
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            Path.Combine(ReferenceTests.Root(), "docs/build"), [folder["site"]], timeout: TimeSpan.FromMinutes(5));
        Assert.True(exitCode == 0, output + error);
        var pages = Directory.GetFiles(folder["site"], "*.html", SearchOption.AllDirectories);
        Assert.True(pages.Length > 100, $"{pages.Length} pages");
        var anchors = pages.ToDictionary(page => page, page => Ids().Matches(File.ReadAllText(page)).Select(id => id.Groups["id"].Value).ToHashSet());
        Assert.Empty(pages.SelectMany(page => Broken(page, anchors)));
        Assert.Empty(Directory.GetFiles(folder["site"], "*.css", SearchOption.AllDirectories)
            .Where(file => RemoteStyle().IsMatch(File.ReadAllText(file))));
        await SearchAsync(folder["site"]);
    }

    /// <summary>Links that lead nowhere, and anything that a page would load from elsewhere.</summary>
    private static IEnumerable<string> Broken(string page, Dictionary<string, HashSet<string>> anchors)
    {
        foreach (Match link in References().Matches(File.ReadAllText(page)))
        {
            var target = WebUtility.HtmlDecode(link.Groups["target"].Value);
            if (target.StartsWith("data:", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            var isRemote = target.Contains("://", StringComparison.Ordinal) || target.StartsWith("//", StringComparison.Ordinal);
            // A page may link to the web. It loads nothing from there.
            if (isRemote && link.Groups["tag"].Value == "a") continue;
            var parts = Uri.UnescapeDataString(target).Split('#', 2);
            var file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0].Split('?')[0]));
            var isThere = !isRemote && File.Exists(file)
                && (parts.Length == 1 || parts[1].Length == 0 || !anchors.TryGetValue(file, out var ids) || ids.Contains(parts[1]));
            if (!isThere) yield return $"{Path.GetFileName(page)}: {target}";
        }
    }

    private static async Task SearchAsync(string site)
    {
        using var profile = new TempFolder("browser");
        var options = new ChromeOptions { BinaryLocation = "/usr/bin/chromium" };
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", $"--user-data-dir={profile.Path}",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking");
        using var service = ChromeDriverService.CreateDefaultService("/usr/bin", "chromedriver");
        using var browser = new ChromeDriver(service, options, TimeSpan.FromMinutes(2));
        foreach (var (word, page) in new[] { ("quarantine", "reliability"), ("operaciones", "es/tutoriales") })
        {
            await browser.Navigate().GoToUrlAsync($"file://{site}/search.html?q={word}");
            await Eventually.TrueAsync(
                () => browser.FindElements(By.CssSelector("ul.search li a"))
                    .Any(link => link.GetAttribute("href")!.Contains(page, StringComparison.Ordinal)),
                TimeSpan.FromMinutes(1));
        }
    }

    [GeneratedRegex(@"<(?<tag>a|link|script|img)\b[^>]*?\s(href|src)=""(?<target>[^""]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex References();

    [GeneratedRegex(@"\bid=""(?<id>[^""]+)""")]
    private static partial Regex Ids();

    [GeneratedRegex("""url\(["']?(https?:)?//|@import\s+["'](https?:)?//""")]
    private static partial Regex RemoteStyle();
}
