using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.TestKit;

namespace Nexus.Tests.Hosting;

/// <summary>Nexus in a host: options, keys, environment, health.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Settings_of_several_calls_add_up_and_become_read_only_with_the_start()
    {
        using var folder = new TempFolder("host");
        using var host = Build(services => services.AddNexus(options => options.DataFolder = folder.Path).AddNexus(options => options.Writers = 3));
        var options = host.Services.GetRequiredService<IOptions<NexusOptions>>().Value;
        Assert.Equal((folder.Path, 3), (options.DataFolder, options.Writers));
        await host.StartAsync();

        Assert.True(options.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => options.Writers = 4);
        Assert.Throws<InvalidOperationException>(() => options.Owners.Add(1));
        Assert.Throws<InvalidOperationException>(() => options.ReadEnvironment(name => name == "NEXUS_DATA" ? "elsewhere" : null));
        await host.Services.GetRequiredService<NexusDb>().BotState.GetAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Every_setting_out_of_its_range_is_named_when_the_host_starts()
    {
        using var host = Build(services => services.AddNexus(options => (options.Writers, options.MaxPoolSize, options.MinPoolSize) = (99, 0, 0)));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Writers: must be 1 to 16", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPoolSize: must be 1 to 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keyed_databases_keep_apart()
    {
        using var folder = new TempFolder("host");
        using var host = Build(services =>
        {
            services.AddKeyedNexus("paper", options => options.DataFolder = folder["paper"]);
            services.AddKeyedNexus("live", Section(("DataFolder", folder["live"])));
            services.AddHealthChecks().AddNexus("live", key: "live").AddNexus("paper", key: "paper");
        });
        await host.StartAsync();
        var (paper, live) = (host.Services.GetRequiredKeyedService<NexusDb>("paper"), host.Services.GetRequiredKeyedService<NexusDb>("live"));
        await paper.BotState.PatchAsync(new BotSwitchesPatch { AiFilterEnabled = true });

        Assert.Equal((1, 0), ((await paper.BotState.GetAsync()).Version, (await live.BotState.GetAsync()).Version));
        Assert.Null(host.Services.GetService<NexusDb>());
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync(host)).Status);
        await host.StopAsync();
        Assert.True(File.Exists(Path.Combine(folder["live"], "nexus.db")));
    }

    [Fact]
    public void The_environment_is_read_where_it_is_asked_for_and_nowhere_else()
    {
        Dictionary<string, string> variables = new()
        {
            ["DATABASE_URL"] = "postgres://localhost/x",
            ["NEXUS_DATA"] = "d",
            ["TELEGRAM_CHAT_ID"] = "1,-2",
            ["NEXUS_FALLBACK"] = "off",
            ["NEXUS_KEYS"] = "",
        };
        var options = new NexusOptions { Keys = "k", Owners = { 9 } };
        options.ReadEnvironment(variables.GetValueOrDefault);

        Assert.Equal(("postgres://localhost/x", "d", "k"), (options.Database, options.DataFolder, options.Keys));
        Assert.Equal<ChatId>([1, -2], options.Owners);
        var before = Environment.GetEnvironmentVariable("NEXUS_DATA");
        try
        {
            Environment.SetEnvironmentVariable("NEXUS_DATA", "not-read");
            using var host = Build(services => services.AddNexus(_ => { }));
            Assert.Equal("data", host.Services.GetRequiredService<IOptions<NexusOptions>>().Value.DataFolder);
            Assert.Equal("data", new NexusOptions().DataFolder);
            Assert.Equal("not-read", NexusOptions.FromEnvironment().DataFolder);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NEXUS_DATA", before);
        }
    }

    [Fact]
    public async Task Health_follows_the_store()
    {
        using var folder = new TempFolder("host");
        using var host = Build(services =>
        {
            services.AddNexus(options => options.DataFolder = folder.Path);
            services.AddHealthChecks().AddNexus(failureStatus: HealthStatus.Degraded, tags: ["ready"]);
        });
        var closed = Assert.Single((await CheckHealthAsync(host)).Entries).Value;
        Assert.Equal((HealthStatus.Degraded, "The database is not open."), (closed.Status, closed.Description));
        await host.StartAsync();

        var open = Assert.Single((await CheckHealthAsync(host)).Entries).Value;
        Assert.Equal(HealthStatus.Healthy, open.Status);
        Assert.Equal(["ready"], open.Tags);
        Assert.Equal(0, open.Data["queuedWrites"]);
        await host.StopAsync();
        Assert.Equal(HealthStatus.Degraded, (await CheckHealthAsync(host)).Status);
    }

    private static IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services);
        return builder.Build();
    }

    private static Task<HealthReport> CheckHealthAsync(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Nexus:{setting.Name}", (string?)setting.Value)))
        .Build()
        .GetSection("Nexus");
}
