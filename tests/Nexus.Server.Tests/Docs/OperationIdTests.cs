using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Docs;

/// <summary>Generators name methods by the operation ids, so a published one stays.</summary>
public sealed class OperationIdTests(EmbeddedServer server)
{
    /// <summary>Method, path and id of each published operation. A new route gets its line here.</summary>
    public static string[] Published => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Docs", "operations.txt"));

    [Fact]
    public async Task A_published_id_stays_and_a_new_one_is_published()
    {
        var current = await CurrentAsync();
        Assert.True(Published.Length > 70);
        Assert.Empty(Published.Except(current));
        Assert.Empty(current.Except(Published));
    }

    [Fact]
    public async Task Each_id_is_unique_and_a_name_in_camel_case()
    {
        var ids = (await CurrentAsync()).Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, id => Assert.Matches("^[a-z]+([A-Z][a-z]+)*$", id));
    }

    private async Task<string[]> CurrentAsync()
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var document = (await nobody.GetAsync("/openapi/v1.json")).Expect(200).Json;
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(
                method => $"{method.Name.ToUpperInvariant()} {path.Name} {method.Value.GetProperty("operationId").GetString()}")),
        ];
    }
}
