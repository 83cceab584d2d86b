using System.Net;
using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Tests.Kit;

/// <summary>A browser without a screen: cookies, forms and redirects as they are sent.</summary>
internal sealed partial class HttpVisitor : IDisposable
{
    private readonly HttpClient _http;

    public HttpVisitor(string url, string? forwardedFor = null)
    {
        Cookies = new CookieContainer();
        _http = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        if (forwardedFor is not null) _http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
    }

    public CookieContainer Cookies { get; }

    public HttpClient Http => _http;

    public async Task<Reply> GetAsync(string path) => await ReadAsync(await _http.GetAsync(path));

    public async Task<Reply> PostAsync(string path, params (string Name, string Value)[] fields) => await ReadAsync(
        await _http.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)))));

    /// <summary>Sends a form with the token of a page.</summary>
    public async Task<Reply> SendAsync(string page, string path, params (string Name, string Value)[] fields) =>
        await PostAsync(path, [("form_token", (await GetAsync(page)).Token), .. fields]);

    public async Task<Reply> SignInAsync(string key, string prefix = "") =>
        await SendAsync($"{prefix}/sign-in", $"{prefix}/sign-in", ("secret_key", key));

    public void Dispose() => _http.Dispose();

    private static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Reply(
                (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.ToString(),
                response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join("; ", header.Value)));
        }
    }

    internal sealed partial record Reply(int Status, string Text, string? Location, IReadOnlyDictionary<string, string> Headers)
    {
        public string Token => TokenField.Match(Text).Groups[1].Value;

        public Reply Expect(int status)
        {
            Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
            return this;
        }

        [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
        private static partial Regex TokenField { get; }
    }
}
