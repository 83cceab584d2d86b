using Nexus.Errors;
using Nexus.Operations.ImportExport;

namespace Nexus.Operations.Tests.ImportExport;

public sealed class SourceNumberTests
{
    [Theory]
    [InlineData("1e-30", false)]
    [InlineData("0.12345678901234567890123456789", false)]
    [InlineData("0.1234567890123456789012345678", true)]
    [InlineData("79228162514264337593543950335", true)]
    [InlineData("1.5E+3", true)]
    [InlineData("NaN", false)]
    [InlineData("", false)]
    public void A_number_is_exact_or_refused(string text, bool isExact)
    {
        if (isExact) Assert.NotEqual(0, SourceNumber.Parse("n", text));
        else Assert.Throws<NexusValidationException>(() => SourceNumber.Parse("n", text));
    }
}
