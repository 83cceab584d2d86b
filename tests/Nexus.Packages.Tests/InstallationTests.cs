using Nexus.TestKit;

namespace Nexus.Packages.Tests;

/// <summary>Each package is installed from the local folder into a fresh project, which is built and run.</summary>
public sealed class InstallationTests(PackageFeed feed)
{
    [Fact]
    public Task The_library_keeps_state() => InstallAsync("Nexus.State", "1001 PILOT True", """
        using Nexus;
        using Nexus.Json;
        using Nexus.Sessions;
        using Nexus.Users;

        await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = args[0] });
        await db.Users.SaveAsync(1001, new UserChange { Name = "Ada", Days = 30 });
        await db.Sessions.SaveAsync(new Session(1001, "key", "secret", StateJson.Parse("{\"mode\":\"PILOT\"}")));
        var session = (await db.Sessions.GetAsync(1001))!;
        var access = await db.Users.CheckAccessAsync(1001);
        System.Console.WriteLine($"{session.ChatId} {session.Config.Root.GetProperty("mode")} {access.Allowed}");
        """);

    [Fact]
    public Task The_testing_package_makes_a_temporary_database() => InstallAsync("Nexus.Testing", "False", """
        using System.IO;
        using Nexus.Testing;

        string folder;
        await using (var test = await NexusTestDatabase.CreateAsync())
        {
            folder = test.Folder;
            await test.Db.BotState.GetAsync();
        }
        System.Console.WriteLine(Directory.Exists(folder));
        """);

    [Fact]
    public Task The_telemetry_package_instruments_both_providers() => InstallAsync(
        "Nexus.OpenTelemetry", "MeterProviderBuilder TracerProviderBuilder", """
        using Nexus;
        using OpenTelemetry.Metrics;
        using OpenTelemetry.Trace;

        System.Func<MeterProviderBuilder, MeterProviderBuilder> metrics = builder => builder.AddNexusInstrumentation();
        System.Func<TracerProviderBuilder, TracerProviderBuilder> traces = builder => builder.AddNexusInstrumentation();
        System.Console.WriteLine($"{metrics.Method.ReturnType.Name} {traces.Method.ReturnType.Name}");
        """);

    [Fact]
    public Task The_audit_package_explains_its_checks() => InstallAsync("Nexus.Audit", "True", """
        using Nexus.Audit;

        System.Console.WriteLine(AuditChecks.Find("K2")!.Explain(AuditLanguage.English).Length > 100);
        """);

    [Fact]
    public async Task The_tool_runs_after_its_installation()
    {
        await feed.PackedAsync();
        var folder = feed.NewFolder("tool");
        await feed.DotnetAsync(folder, "tool", "install", "nexus", "--version", feed.Version, "--tool-path", folder);
        var tool = Path.Combine(folder, "nexus");

        var (exitCode, output, error) = await ChildProcess.RunAsync(tool, ["--version"]);
        Assert.True(exitCode == 0 && output.StartsWith(feed.Version, StringComparison.Ordinal), output + error);
        (exitCode, output, error) = await ChildProcess.RunAsync(tool, ["keys", "generate"]);
        Assert.True(exitCode == 0 && output.Trim().Length > 40, output + error);
    }

    private async Task InstallAsync(string id, string expected, string program)
    {
        await feed.PackedAsync();
        var folder = feed.NewFolder($"use-{id}");
        File.WriteAllText(Path.Combine(folder, "Use.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{id}" Version="[{feed.Version}]" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        await feed.DotnetAsync(folder, "build", "-v", "quiet", "--nologo");
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet",
            [Path.Combine(folder, "bin", "Debug", "net10.0", "Use.dll"), Path.Combine(folder, "data")]);
        Assert.True(exitCode == 0, output + error);
        Assert.Equal(expected, output.Trim());
    }
}
