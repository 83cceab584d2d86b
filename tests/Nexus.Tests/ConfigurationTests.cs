using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Tests;

/// <summary>Settings of a configuration reach the options, or are refused by name.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void Every_setting_is_read_by_its_name()
    {
        var options = Read(
            ("Database", "postgres://localhost/x"), ("DataFolder", "d"), ("Schema", "s"), ("Keys", "k"), ("EncryptionKey", "e"), ("Owners:0", "17"),
            ("Owners:1", "-100200"),
            ("MinPoolSize", "1"), ("MaxPoolSize", "2"), ("ConnectTimeout", "00:00:03"), ("CommandTimeout", "00:00:04"), ("Fallback", "read-only"),
            ("FallbackWithoutCopy", "true"),
            ("FallbackAfter", "00:00:05"), ("AcceptOtherStore", "true"), ("MigrateOnOpen", "false"), ("Writers", "6"), ("MaxBatchSize", "7"),
            ("DirectDatabase", "postgres://direct/app"), ("QueueCapacity", "8"), ("CacheCapacity", "9"),
            ("CacheBytes", "5000000000"));

        Assert.Equal(("postgres://localhost/x", "d", "s", "k", "e"),
            (options.Database, options.DataFolder, options.Schema, options.Keys, options.EncryptionKey));
        Assert.Equal(["17", "-100200"], options.Owners.Select(owner => owner.Value));
        Assert.Equal((1, 2, 6, 7, 8, 9), (options.MinPoolSize, options.MaxPoolSize, options.Writers, options.MaxBatchSize, options.QueueCapacity,
            options.CacheCapacity));
        Assert.Equal((5_000_000_000, "postgres://direct/app"), (options.CacheBytes, options.DirectDatabase));
        Assert.Equal((3, 4, 5), (options.ConnectTimeout.TotalSeconds, options.CommandTimeout.TotalSeconds, options.FallbackAfter.TotalSeconds));
        Assert.Equal((FallbackMode.ReadOnly, true, true, false),
            (options.Fallback, options.FallbackWithoutCopy, options.AcceptOtherStore, options.MigrateOnOpen));
    }

    [Fact]
    public void A_section_that_is_one_value_is_refused()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Nexus", "postgres://localhost/x"), new("Nexus:Writers", "3")]).Build();
        var error = Assert.Throws<NexusConfigurationException>(() => new NexusOptions().Read(configuration.GetSection("Nexus")));
        Assert.Equal("Nexus: is a single value, and settings are below it, as Nexus:Database", error.Message);
    }

    [Fact]
    public void Every_public_property_is_a_setting() => Assert.Equal(
        typeof(NexusOptions).GetProperties()
            .Where(property => (property.CanWrite || property.Name == nameof(NexusOptions.Owners))
                && property.GetCustomAttribute<ExperimentalAttribute>() is null)
            .Select(property => property.Name).Order(),
        ConfigurationSettings.Names.Order());

    [Theory]
    [InlineData("Ownrs", "1", "Nexus:Ownrs: is not a setting; did you mean Owners?")]
    [InlineData("Fallback", "sometimes", "Nexus:Fallback: must be off, read-only or read-write")]
    [InlineData("Owners", "17,x", "Nexus:Owners: must be a chat id")]
    [InlineData("Owners:1", "@someone", "Nexus:Owners:1: must be a chat id")]
    [InlineData("ConnectTimeout", "15", "Nexus:ConnectTimeout: must be a duration")]
    [InlineData("ConnectTimeout", "24:00:00", "Nexus:ConnectTimeout: must be a duration")]
    [InlineData("CommandTimeout", "0:15", "Nexus:CommandTimeout: must be a duration")]
    [InlineData("FallbackAfter", "-00:00:15x", "Nexus:FallbackAfter: must be a duration")]
    [InlineData("Writers", "many", "Nexus:Writers: must be a whole number")]
    [InlineData("CacheBytes", "256MiB", "Nexus:CacheBytes: must be a whole number")]
    [InlineData("MigrateOnOpen", "yes", "Nexus:MigrateOnOpen: must be true or false")]
    [InlineData("Database:Host", "x", "Nexus:Database: must be a single value")]
    public void What_cannot_be_used_is_refused_by_its_path(string name, string value, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<NexusConfigurationException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1.02:03:04", 93_784)]
    [InlineData("0:00:15", 15)]
    [InlineData("23:59:59", 86_399)]
    [InlineData("00:00:00.5", 0.5)]
    public void A_duration_has_hours_minutes_and_seconds(string text, double seconds) =>
        Assert.Equal(seconds, Read(("ConnectTimeout", text)).ConnectTimeout.TotalSeconds);

    /// <summary>Such as a list in a file and a text in the environment: whichever were taken, an owner would be missing without a word.</summary>
    [Theory]
    [InlineData("Owners", "Owners:0")]
    [InlineData("Schema", "Schema:name")]
    public void One_value_and_several_of_a_setting_are_refused(string one, string another) => Assert.StartsWith(
        $"Nexus:{one}: is given as one value and as several",
        Assert.Throws<NexusConfigurationException>(() => Read((one, "17"), (another, "18"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Null_is_the_default()
    {
        using var json = new MemoryStream(
            """{"Nexus":{"DirectDatabase":null,"Owners":null,"MaxPoolSize":null,"Fallback":null,"Schema":"s"}}"""u8.ToArray());
        var options = new NexusOptions();
        options.Owners.Add(17);
        ConfigurationSettings.Apply(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Nexus"), options);

        Assert.Equal(("s", 20, null, 1), (options.Schema, options.MaxPoolSize, options.DirectDatabase, options.Owners.Count));
    }

    [Fact]
    public void Owners_are_also_a_text_with_commas() => Assert.Equal(["1", "-2"], Read(("Owners", "1, -2")).Owners.Select(owner => owner.Value));

    [Fact]
    public void The_binder_of_the_framework_fills_owners_and_mode_or_the_start_is_refused()
    {
        var options = new NexusOptions();
        Section(("Owners:0", "17"), ("Fallback", "read-only")).Bind(options);
        Assert.Equal(("17", FallbackMode.ReadOnly), (options.Owners.Single().Value, options.Fallback));

        var wrong = new NexusOptions();
        Section(("Owners:0", "@someone")).Bind(wrong);
        Assert.Contains("Owners", Assert.Throws<NexusConfigurationException>(wrong.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_setting_ends_the_registration()
    {
        Assert.Throws<NexusConfigurationException>(() => new ServiceCollection().AddNexus(Section(("Databse", "x"))));
        Assert.Throws<NexusConfigurationException>(() => new ServiceCollection().AddNexus(Section(("Writers", "99"))));
        Assert.Contains(new ServiceCollection().AddNexus(Section(("Writers", "3"))), service => service.ServiceType == typeof(NexusDb));
    }

    private static NexusOptions Read(params (string Name, string Value)[] settings)
    {
        var options = new NexusOptions();
        options.Read(Section(settings));
        return options;
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Nexus:{setting.Name}", (string?)setting.Value)))
        .Build()
        .GetSection("Nexus");
}
