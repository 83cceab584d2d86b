using System.Text.Json;
using Nexus.Operations.Json;

namespace Nexus.Operations.Tests.ImportExport;

public sealed class InstantConverterTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new InstantConverter() } };

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00.500000Z", "2026-01-31T12:00:00.5Z")]
    [InlineData("2026-01-31T12:00:00.000001Z", "2026-01-31T12:00:00.000001Z")]
    [InlineData("2026-01-31T12:00:00.9999999Z", "2026-01-31T12:00:00.999999Z")]
    [InlineData("2026-01-31T01:00:00.25+02:00", "2026-01-30T23:00:00.25Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z")]
    public void It_is_written_in_UTC_to_the_microsecond_without_zeros_at_the_end(string instant, string expected) =>
        Assert.Equal($"\"{expected}\"", JsonSerializer.Serialize(DateTimeOffset.Parse(instant), Options));

    [Theory]
    [InlineData("\"2026-01-31T12:00:00\"")]
    [InlineData("\"2026-01-31\"")]
    [InlineData("1769860800")]
    [InlineData("\"yesterday\"")]
    public void Without_an_offset_or_as_something_else_it_is_refused(string json) =>
        Assert.Throws<FieldFormatException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, Options));
}
