using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Nexus.Server.Tests.Kit;

/// <summary>A caller of the API.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    public ApiClient(string url, string? key, string? keyId = null)
    {
        _http = new HttpClient { BaseAddress = new Uri(url) };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        (Key, KeyId) = (key, keyId);
    }

    public string? Key { get; }

    /// <summary>The name by which an administrator removes the key.</summary>
    public string? KeyId { get; }

    public HttpClient Http => _http;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers: headers);

    public Task<Answer> PutAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, json, headers: headers);

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, headers: headers);

    public Task<Answer> PatchAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, json, "application/merge-patch+json", headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, headers: headers);

    public Task<Answer> SendAsync(
        HttpMethod method, string path, string? body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (content is not null && contentType.Length > 0) content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return SendAsync(method, path, content, headers);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, name => Find(response, name));
    }

    public void Dispose() => _http.Dispose();

    private static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;
}

/// <summary>What came back.</summary>
public sealed record Answer(int Status, string Text, string? ContentType, Func<string, string?> Header)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? ETag => Header("ETag");

    public JsonElement this[string property] => Json.GetProperty(property);

    /// <summary>Fails with the whole answer when the status is another one.</summary>
    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>The answer is a problem document that says this.</summary>
    public Answer ExpectProblem(int status, string code, string? field = null)
    {
        Expect(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.False(string.IsNullOrEmpty(Json.GetProperty("detail").GetString()));
        Assert.True(
            field is null ? !Json.TryGetProperty("field", out _) : Json.TryGetProperty("field", out var named) && named.GetString() == field,
            $"expected the field {field}: {Text}");
        return this;
    }
}
