using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Server.Api;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Docs;

/// <summary>The document in version 3.0 says the same as the one in 3.1, in the words of 3.0.</summary>
public sealed class OpenApi30Tests(EmbeddedServer server)
{
    [Fact]
    public async Task Both_versions_have_the_same_operations_and_schemas()
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var newer = (await nobody.GetAsync("/openapi/v1.json")).Expect(200).Json;
        var older = (await nobody.GetAsync("/openapi/v1-3.0.json")).Expect(200).Json;
        Assert.StartsWith("3.1.", newer.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("3.0.", older.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(Names(newer, "paths"), Names(older, "paths"));
        Assert.Equal(Names(newer.GetProperty("components"), "schemas"), Names(older.GetProperty("components"), "schemas"));
        Assert.Empty(ListsOfTypes(JsonNode.Parse(older.GetRawText())!));

        static string[] Names(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateObject().Select(member => member.Name)];
    }

    [Theory]
    [InlineData("""{"type":["null","string"]}""", """{"type":"string","nullable":true}""")]
    [InlineData("""{"type":["number","string"],"format":"decimal"}""", """{"type":"string","format":"decimal"}""")]
    [InlineData(
        """{"type":["null","integer","string"],"pattern":"^1$","format":"int32"}""", """{"type":"integer","format":"int32","nullable":true}""")]
    [InlineData("""{"oneOf":[{"type":"null"},{"$ref":"#/a"}]}""", """{"nullable":true,"type":"object","allOf":[{"$ref":"#/a"}]}""")]
    [InlineData(
        """{"oneOf":[{"type":"null"},{"description":"d","$ref":"#/components/schemas/A"}]}""",
        """{"nullable":true,"type":"object","description":"d","allOf":[{"$ref":"#/components/schemas/A"}]}""")]
    [InlineData("""{"description":"d","$ref":"#/components/schemas/A"}""", """{"description":"d","allOf":[{"$ref":"#/components/schemas/A"}]}""")]
    [InlineData("""{"example":{"type":["null","string"]}}""", """{"example":{"type":["null","string"]}}""")]
    public void A_schema_of_3_1_becomes_one_of_3_0(string newer, string older)
    {
        var document = OpenApi30.From(JsonNode.Parse($$"""{"openapi":"3.1.1","schema":{{newer}}}""")!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(older), document["schema"]), document["schema"]!.ToJsonString());
    }

    /// <summary>Schemas with several types, which 3.0 does not have.</summary>
    private static IEnumerable<string> ListsOfTypes(JsonNode node) => node switch
    {
        JsonObject map => map.Where(member => member.Key is not ("example" or "examples")).SelectMany(
            member => member is { Key: "type", Value: JsonArray } ? [map.ToJsonString()] : member.Value is null ? [] : ListsOfTypes(member.Value)),
        JsonArray list => list.SelectMany(item => item is null ? [] : ListsOfTypes(item)),
        _ => [],
    };
}
