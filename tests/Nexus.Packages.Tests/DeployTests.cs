using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Nexus.TestKit;
using YamlDotNet.RepresentationModel;

namespace Nexus.Packages.Tests;

/// <summary>The files in deploy/ for systemd, containers and Kubernetes.</summary>
public sealed partial class DeployTests
{
    /// <summary>The exposure that the unit and docs/installation.md state.</summary>
    private const string Exposure = "1.4";

    [Fact]
    public async Task The_unit_is_valid_and_has_the_exposure_that_is_stated()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var unit = Path.Combine(Repository.Root, "deploy", "systemd", "nexus.service");
        var (exitCode, output, error) = await ChildProcess.RunAsync("systemd-analyze", ["security", "--offline=yes", "--no-pager", unit]);
        Assert.True(exitCode == 0, output + error);
        // Later versions of systemd know more restrictions, so the number may grow a little.
        var exposure = decimal.Parse(Overall().Match(output).Groups["level"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(exposure, 0, decimal.Parse(Exposure, CultureInfo.InvariantCulture) + 0.5m);
        Assert.Contains($": {Exposure} OK", Repository.Read("deploy/systemd/nexus.service"), StringComparison.Ordinal);
        Assert.Contains($"rates its exposure {Exposure} (OK)", Repository.Read("docs/installation.md"), StringComparison.Ordinal);

        using var folder = new TempFolder("unit");
        // The program is not installed here, and another one must not be needed.
        await File.WriteAllTextAsync(folder["nexus.service"],
            (await File.ReadAllTextAsync(unit)).Replace("/usr/bin/nexus", "/bin/true", StringComparison.Ordinal)
            .Replace("Documentation=man:nexus(1) ", "Documentation=", StringComparison.Ordinal));
        (_, output, error) = await ChildProcess.RunAsync("systemd-analyze", ["verify", "--man=no", folder["nexus.service"]]);
        Assert.DoesNotContain("nexus.service:", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_names_secrets_and_files_that_exist_and_no_service_may_do_more_than_it_needs()
    {
        var compose = (YamlMappingNode)Assert.Single(Documents("deploy/container/compose.yml")).RootNode;
        var services = (YamlMappingNode)compose["services"];
        Assert.Equal(["nexus", "postgres", "prometheus"], services.Children.Keys.Select(Text).Order());
        var nexus = (YamlMappingNode)services["nexus"];
        Assert.Equal("true", Text(nexus["read_only"]));
        Assert.Equal(["ALL"], ((YamlSequenceNode)nexus["cap_drop"]).Select(Text));
        var secrets = ((YamlMappingNode)compose["secrets"]).Children.Keys.Select(Text).ToList();
        foreach (var service in services.Children.Values.Cast<YamlMappingNode>())
        {
            if (service.Children.TryGetValue("secrets", out var used)) Assert.Empty(((YamlSequenceNode)used).Select(Text).Except(secrets));
            if (!service.Children.TryGetValue("volumes", out var volumes)) continue;
            foreach (var source in ((YamlSequenceNode)volumes).Select(volume => Text(volume).Split(':')[0]).Where(source => source.StartsWith('.')))
                Assert.True(
                    source.Contains("/secrets/", StringComparison.Ordinal)
                        || File.Exists(Path.Combine(Repository.Root, "deploy", "container", source)), source);
        }
        foreach (var (name, value) in ((YamlMappingNode)nexus["environment"]).Children)
        {
            Assert.Contains(Text(name)[..^"_FILE".Length], Repository.Read("docs/configuration.md"), StringComparison.Ordinal);
            Assert.Contains(Text(value)["/run/secrets/".Length..], secrets);
        }
    }

    [Fact]
    public void Kubernetes_runs_it_without_privileges_with_its_folder_probes_and_a_disruption_budget()
    {
        var objects = Documents("deploy/kubernetes/nexus.yaml").Select(document => (YamlMappingNode)document.RootNode)
            .ToLookup(node => Text(node["kind"]));
        Assert.Equal(["ConfigMap", "PodDisruptionBudget", "Service", "ServiceAccount", "StatefulSet"], objects.Select(kind => kind.Key).Order());
        var set = Assert.Single(objects["StatefulSet"])["spec"];
        Assert.Contains(Text(set["serviceName"]), objects["Service"].Select(service => Text(service["metadata"]["name"])));
        Assert.Equal("1", Text(Assert.Single(objects["PodDisruptionBudget"])["spec"]["maxUnavailable"]));
        var pod = set["template"]["spec"];
        Assert.Equal("true", Text(pod["securityContext"]["runAsNonRoot"]));
        var container = (YamlMappingNode)((YamlSequenceNode)pod["containers"])[0];
        Assert.Equal("true", Text(container["securityContext"]["readOnlyRootFilesystem"]));
        Assert.Equal("/health/live", Text(container["livenessProbe"]["httpGet"]["path"]));
        Assert.Equal("/health/ready", Text(container["readinessProbe"]["httpGet"]["path"]));
        var volumes = ((YamlSequenceNode)pod["volumes"]).Select(volume => Text(volume["name"]))
            .Concat(((YamlSequenceNode)set["volumeClaimTemplates"]).Select(claim => Text(claim["metadata"]["name"])));
        Assert.Equal(((YamlSequenceNode)container["volumeMounts"]).Select(mount => Text(mount["name"])).Order(), volumes.Order());
        Assert.Contains("\"read-only\"", Text(Assert.Single(objects["ConfigMap"])["data"]["nexus.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Kubernetes_knows_every_object_and_field()
    {
        var text = Repository.Read("deploy/kubernetes/nexus.yaml");
        var objects = KubernetesYaml.LoadAllFromString(text, typeMap: null, strict: true);
        Assert.Equal([typeof(V1ServiceAccount), typeof(V1ConfigMap), typeof(V1Service), typeof(V1Service), typeof(V1PodDisruptionBudget),
            typeof(V1StatefulSet)], objects.Select(one => one.GetType()));
        var set = (V1StatefulSet)objects[^1];
        var selector = set.Spec.Selector.MatchLabels;
        Assert.All(selector, label => Assert.Equal(label.Value, set.Spec.Template.Metadata.Labels[label.Key]));
        Assert.All(objects.OfType<V1Service>(), service => Assert.Equal(selector, service.Spec.Selector));
        Assert.Equal(selector, objects.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels);
        var container = Assert.Single(set.Spec.Template.Spec.Containers);
        Assert.All(objects.OfType<V1Service>().SelectMany(service => service.Spec.Ports),
            port => Assert.Contains(container.Ports, open => open.Name == port.TargetPort.Value));

        // A misspelt field, as a control.
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(
            text.Replace("readinessProbe:", "readynessProbe:", StringComparison.Ordinal), typeMap: null, strict: true));
    }

    [Fact]
    public void The_image_has_no_root_and_a_health_check()
    {
        var lines = Repository.Read("deploy/container/Containerfile").Split('\n')
            .Where(line => line.Length > 0 && line[0] is not ('#' or ' ')).ToList();
        Assert.Equal(2, lines.Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("USER 1654:1654", lines);
        Assert.Contains(lines, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) && line.Contains("CMD [", StringComparison.Ordinal));
        Assert.True(
            lines.FindIndex(line => line == "USER 1654:1654") < lines.FindIndex(line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)));
    }

    private static IReadOnlyList<YamlDocument> Documents(string file)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(Repository.Read(file));
        stream.Load(reader);
        return [.. stream.Documents];
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex("exposure level for nexus.service: (?<level>[0-9.]+)")]
    private static partial Regex Overall();
}
