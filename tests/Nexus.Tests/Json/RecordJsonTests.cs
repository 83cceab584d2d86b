using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Json;

/// <summary>
/// Records as JSON, as a host writes them to a log or a queue: with generated code, which natively compiled programs need, and by reflection.
/// </summary>
public sealed partial class RecordJsonTests
{
    private static readonly Session Own = new(-1001, "the key", "the secret", StateJson.Parse("""{"mode":"PILOT","okx":{"api_secret":"hunter2"}}"""));

    public static TheoryData<string> Written => [JsonSerializer.Serialize(Own, Generated.Default.Session), JsonSerializer.Serialize(Own)];

    [Theory]
    [MemberData(nameof(Written))]
    public void A_session_shows_its_id_and_its_config_and_no_secret_in_any_form(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal("-1001", document.RootElement.GetProperty("ChatId").GetString());
        Assert.Equal("PILOT", document.RootElement.GetProperty("Config").GetProperty("mode").GetString());
        Assert.All(
            ["the key", "the secret", "hunter2", Convert.ToBase64String("hunter2"u8), Convert.ToBase64String(Own.Config.Utf8.Span)],
            secret => Assert.DoesNotContain(secret, json, StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var trade = new Trade
        {
            Id = Guid.CreateVersion7(),
            ChatId = 7,
            Symbol = "BTCUSDT",
            Side = TradeSide.Short,
            EntryPrice = 1.10m,
            Quantity = 2,
            Metadata = StateJson.Parse("""{"note":"é","n":1.10}"""),
        };

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(trade, Generated.Default.Trade), Generated.Default.Trade)!;

        Assert.Equal(trade with { Metadata = read.Metadata, Fills = read.Fills }, read);
        Assert.Equal("""{"note":"é","n":1.10}""", read.Metadata!.ToString());
        Assert.Null(JsonSerializer.Deserialize("""null""", Generated.Default.StateJson));
    }

    [Fact]
    public void A_chat_id_is_read_from_text_and_numbers_and_as_a_name()
    {
        Assert.Equal([7, -8], JsonSerializer.Deserialize("""["7",-8]""", Generated.Default.ChatIdArray)!);
        var named = JsonSerializer.Deserialize("""{"-1001":1}""", Generated.Default.DictionaryChatIdInt32)!;
        Assert.Equal("""{"-1001":1}""", JsonSerializer.Serialize(named, Generated.Default.DictionaryChatIdInt32));
        Assert.All(["""[""]""", """["x"]""", "[1.5]", "[null]", "[{}]"],
            json => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, Generated.Default.ChatIdArray)));
    }

    [JsonSerializable(typeof(Session))]
    [JsonSerializable(typeof(User))]
    [JsonSerializable(typeof(Trade))]
    [JsonSerializable(typeof(ChatId[]))]
    [JsonSerializable(typeof(Dictionary<ChatId, int>))]
    private sealed partial class Generated : JsonSerializerContext;
}
