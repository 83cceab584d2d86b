using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>Which texts claim to be a mask. What is missed is stored as a secret; what is taken for one by mistake cannot be saved.</summary>
public sealed class MaskTextTests
{
    /// <summary>As a tag: 22 digits.</summary>
    private const string Tag = "q83vEjRWeJCrze8SNFZ4kA";

    [Theory]
    [InlineData("********", true)]
    [InlineData("*******", false)]
    [InlineData("*********", false)]
    // Eight stars, with anything that may be a piece of a tag.
    [InlineData("********a", true)]
    [InlineData("********q83vEjRWeJCrze8SNFZ4k", true)]
    [InlineData("********" + Tag, true)]
    [InlineData("********" + Tag + "A", true)]
    // A tag behind fewer or more stars.
    [InlineData("**" + Tag, false)]
    [InlineData("***" + Tag, true)]
    [InlineData("*******" + Tag, true)]
    [InlineData("*********" + Tag, true)]
    [InlineData("***q83vEjRWeJCrze8SNFZ4k", false)]
    [InlineData("***" + Tag + "A", false)]
    [InlineData("*********" + Tag + "A", true)]
    [InlineData("***q83vEjRWeJCrze8SNFZ4k-", true)]
    [InlineData("***q83vEjRWeJCrze8SNFZ4k_", true)]
    [InlineData("***q83vEjRWeJCrze8SNFZ4k+", false)]
    // Inside a longer text.
    [InlineData("Bearer ********" + Tag, true)]
    [InlineData("********" + Tag + " and more", true)]
    [InlineData("*** ********" + Tag, true)]
    [InlineData("Bearer *******" + Tag, false)]
    [InlineData("Bearer ********q83vEjRWeJCrze8SNFZ4k", false)]
    [InlineData("Bearer ********", false)]
    [InlineData("******** important ********", false)]
    // Plain text.
    [InlineData("***", false)]
    [InlineData("**bold** and ***both***", false)]
    [InlineData("* * * * *", false)]
    [InlineData("", false)]
    [InlineData(Tag, false)]
    public void A_text_is_a_mask_by_its_stars_and_its_tag(string text, bool isMask) =>
        Assert.Equal(isMask, MaskText.IsMask(Utf8(text), isSecretPlace: false));

    [Theory]
    [InlineData("***", true)]
    [InlineData("*******", true)]
    [InlineData("**************", true)]
    [InlineData("**", false)]
    [InlineData("*", false)]
    [InlineData("pass***", false)]
    [InlineData("***word", false)]
    [InlineData("*** ***", false)]
    [InlineData("********" + Tag, true)]
    [InlineData("", false)]
    public void Where_a_secret_belongs_stars_alone_are_a_mask(string text, bool isMask)
    {
        Assert.Equal(isMask, MaskText.IsMask(Utf8(text), isSecretPlace: true));
        Assert.Equal(isMask, MaskText.IsMask(text));
    }

    [Theory]
    [InlineData("""{"a":"***"}""", true)]
    [InlineData("""{"a":"x********y"}""", true)]
    [InlineData("""{"a":"** *"}""", false)]
    [InlineData("{}", false)]
    [InlineData("***", true)]
    public void A_document_without_three_stars_in_a_row_holds_no_mask(string json, bool mayHold) =>
        Assert.Equal(mayHold, MaskText.MayBeIn(Utf8(json)));
}
