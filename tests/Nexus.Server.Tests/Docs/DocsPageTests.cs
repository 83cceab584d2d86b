using Nexus.Server.Tests.Kit;
using Nexus.TestKit;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Nexus.Server.Tests.Docs;

/// <summary>The page in a real browser that can reach nothing but this server.</summary>
public sealed class DocsPageTests(EmbeddedServer server)
{
    [Fact]
    public async Task The_page_renders_with_the_network_closed_and_asks_nobody_else_for_anything()
    {
        using var profile = new TempFolder("browser");
        var options = new ChromeOptions { BinaryLocation = "/usr/bin/chromium" };
        // Every name but ours leads nowhere: what the page would load from elsewhere fails.
        options.AddArguments(
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1280,900",
            $"--user-data-dir={profile.Path}",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--disable-background-networking");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        options.SetLoggingPreference("performance", LogLevel.All);
        using var service = ChromeDriverService.CreateDefaultService("/usr/bin", "chromedriver");
        using var browser = new ChromeDriver(service, options, TimeSpan.FromMinutes(2));
        await browser.Navigate().GoToUrlAsync($"{server.Server.Url}/docs");

        await Eventually.TrueAsync(
            () => browser.FindElements(By.TagName("body")).Any(body => body.Text.Contains("Save a session", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(2));
        var requested = browser.Manage().Logs.GetLog("performance").Select(entry => entry.Message)
            .Where(message => message.Contains("Network.requestWillBeSent\"", StringComparison.Ordinal));
        var hosts = requested.SelectMany(
            message =>
                System.Text.RegularExpressions.Regex.Matches(message, "\"url\":\"(https?://[^/\"]+)")
                    .Select(match => match.Groups[1].Value)).Distinct();
        Assert.Equal([server.Server.Url], hosts);
        Assert.DoesNotContain(
            browser.Manage().Logs.GetLog(LogType.Browser),
            entry => entry.Level == LogLevel.Severe && !entry.Message.Contains("favicon", StringComparison.Ordinal));
    }
}
