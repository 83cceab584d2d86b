using Nexus.Errors;
using Nexus.Server.Settings;

namespace Nexus.Server.Tests;

public sealed class ServerUrlsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:1", true)]
    [InlineData("http://[::1]:1", true)]
    [InlineData("http://0.0.0.0:80", false)]
    [InlineData("http://*:80", false)]
    [InlineData("http://+:80", false)]
    [InlineData("http://10.0.0.1:80", false)]
    [InlineData("https://10.0.0.1:443", false)]
    [InlineData("https://localhost:443", true)]
    [InlineData("unix:/run/nexus.sock", true)]
    public void An_address_is_known_as_ours_alone_or_not(string url, bool loopback) =>
        Assert.Equal(loopback, Assert.Single(ServerUrls.Parse(url)).IsLocal);

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:/run/nexus/")]
    [InlineData("unix:/a-path-that-is-longer-than-the-kernel-allows-for-a-socket/0123456789012345678901234567890123456789/0123456789/nexus.sock")]
    [InlineData("http://user@127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1;http://127.0.0.1:1")]
    [InlineData("unix:/a;unix:/a")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1:1/path")]
    [InlineData("http://127.0.0.1:99999")]
    public void An_address_that_cannot_be_listened_on_is_refused(string url) =>
        Assert.Throws<NexusConfigurationException>(() => ServerUrls.Parse(url));
}
