using System.Globalization;
using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>The members of one object of the settings. Collects what is wrong instead of stopping at the first problem.</summary>
internal sealed class SettingsFields
{
    private readonly SettingsNode _node;
    private readonly List<SettingsProblem> _problems;
    private readonly Dictionary<string, SettingsNode> _members = new(StringComparer.Ordinal);

    /// <param name="node">The object.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="known">The names that it may have; empty for any.</param>
    public SettingsFields(SettingsNode node, List<SettingsProblem> problems, params string[] known)
    {
        (_node, _problems) = (node, problems);
        if (node.Kind != JsonValueKind.Object)
        {
            Add(node, "must be an object");
            return;
        }
        foreach (var (name, value) in node.Members)
        {
            if (known.Length > 0 && !known.Contains(name)) Add(value, $"is unknown{Suggestion.For(name, known)}");
            else if (!_members.TryAdd(name, value)) Add(value, "is given twice");
        }
    }

    public IEnumerable<(string Name, SettingsNode Value)> Members => _members.Select(member => (member.Key, member.Value));

    public SettingsNode? this[string name] => _members.GetValueOrDefault(name);

    public SettingsNode Node => _node;

    public void Add(SettingsNode at, string reason) => _problems.Add(new SettingsProblem(at.Line, at.Path, reason));

    /// <summary>At the member if it is given, otherwise at the object.</summary>
    public void Add(string name, string reason)
    {
        var at = this[name] ?? _node;
        _problems.Add(new SettingsProblem(at.Line, _node.Path.Length == 0 ? name : $"{_node.Path}.{name}", reason));
    }

    public string? Text(string name, int most = 500)
    {
        if (this[name] is not { } value) return null;
        if (value.Kind == JsonValueKind.String && value.Text.Length > 0 && value.Text.Length <= most) return value.Text;
        Add(value, $"must be text of 1 to {most} characters");
        return null;
    }

    public string RequiredText(string name, int most = 500)
    {
        if (this[name] is null) Add(name, "is required");
        return Text(name, most) ?? "";
    }

    public double? Number(string name)
    {
        if (this[name] is not { } value) return null;
        if (value.Kind == JsonValueKind.Number && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)) return number;
        Add(value, "must be a number");
        return null;
    }

    public bool Switch(string name, bool absent)
    {
        if (this[name] is not { } value) return absent;
        if (value.Kind is JsonValueKind.True or JsonValueKind.False) return value.Kind == JsonValueKind.True;
        Add(value, "must be true or false");
        return absent;
    }

    public TimeSpan? Duration(string name, TimeSpan least, TimeSpan most)
    {
        if (this[name] is not { } value) return null;
        if (value.Kind == JsonValueKind.String && DurationText.TryParse(value.Text, out var span) && span >= least && span <= most) return span;
        Add(value, $"must be a duration such as 30s, 5m, 4h or 8d, from {DurationText.Format(least)} to {DurationText.Format(most)}");
        return null;
    }

    public T? Choice<T>(string name, params (string Name, T Value)[] choices)
        where T : struct => this[name] is { } value ? Choice(value, choices) : null;

    public T? Choice<T>(SettingsNode value, params (string Name, T Value)[] choices)
        where T : struct
    {
        var found = Array.FindIndex(choices, choice => value.Kind == JsonValueKind.String && choice.Name == value.Text);
        if (found >= 0) return choices[found].Value;
        Add(value, $"must be {string.Join(" or ", choices.Select(choice => choice.Name))}");
        return null;
    }

    /// <summary>The items of a list; a single value counts as a list of one.</summary>
    public IReadOnlyList<SettingsNode> Items(string name, int most = 100)
    {
        if (this[name] is not { } value) return [];
        if (value.Kind != JsonValueKind.Array) return [value];
        if (value.Items.Count <= most) return value.Items;
        Add(value, $"must have at most {most} items");
        return [];
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var item in Items(name))
        {
            if (item.Kind == JsonValueKind.String && item.Text.Length is > 0 and <= 200) texts.Add(item.Text);
            else Add(item, "must be text of 1 to 200 characters");
        }
        return texts;
    }
}
