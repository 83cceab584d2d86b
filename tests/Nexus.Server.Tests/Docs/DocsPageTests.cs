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
        await SamplesWorkAsync(browser);
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

    /// <summary>The samples of the first operation name this server, and those that need no compiler are run.</summary>
    private async Task SamplesWorkAsync(ChromeDriver browser)
    {
        var curl = await SampleAsync(browser, "Shell", "curl ");
        var (exitCode, output, error) = await ChildProcess.RunAsync("/bin/bash", ["-c", $"{curl.TrimEnd()} --fail"]);
        Assert.True(exitCode == 0 && output.Contains("\"sessions\":[", StringComparison.Ordinal), $"{curl}\n{output}{error}");
        var fetch = await SampleAsync(browser, "JavaScript", "fetch(");
        (exitCode, output, error) = await ChildProcess.RunAsync(
            "node", ["-e", $"({fetch.TrimEnd(';', '\n')}).then(async (response) => console.log(response.status, await response.text()))"]);
        Assert.True(exitCode == 0 && output.StartsWith("200 {\"sessions\":[", StringComparison.Ordinal), $"{fetch}\n{output}{error}");
        await SampleAsync(browser, "Python", "httpx.");
        await SampleAsync(browser, "C#", "HttpClient");
    }

    private async Task<string> SampleAsync(ChromeDriver browser, string language, string beginning)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () =>
            {
                var tab = browser.FindElements(By.CssSelector("[role=tab]")).FirstOrDefault(one => one.Text.Trim() == language);
                if (tab is not null) browser.ExecuteScript("arguments[0].click()", tab);
                var texts = (IReadOnlyCollection<object>)browser.ExecuteScript(
                    "return Array.from(document.querySelectorAll('pre')).map(block => block.textContent)")!;
                found = texts.OfType<string>().FirstOrDefault(
                    text => text.Contains(beginning, StringComparison.Ordinal)
                        && text.Contains($"{server.Server.Url}/v1/sessions", StringComparison.Ordinal));
                return found is not null;
            },
            TimeSpan.FromMinutes(1));
        return found!.Replace("YOUR_SECRET_TOKEN", server.Server.AdminKey, StringComparison.Ordinal);
    }
}
