using System.Text;

namespace Nexus.Cli.Shell;

/// <summary>A completion script for bash. It works with and without the package bash-completion.</summary>
internal static class BashCompletion
{
    public static string Create(CommandDescription root)
    {
        var text = new StringBuilder("""
            # bash completion for nexus, made by `nexus completion bash`.
            # Load it in this shell:   source <(nexus completion bash)
            # Load it in every shell:  nexus completion bash > ~/.local/share/bash-completion/completions/nexus

            # The line editor replaces the part behind the last separator, or the option as well where its equals sign is none.
            _nexus_trim() {
              local rest=$raw i
              [[ $raw != [=:] ]] || rest=
              for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
                if [[ $cur == *"$rest" ]]; then COMPREPLY[i]=${COMPREPLY[i]#"${cur%"$rest"}"}; else COMPREPLY[i]=${rest%"$cur"}${COMPREPLY[i]}; fi
              done
            }

            _nexus_completion() {
              local IFS=$' \t\n' words=() word= cur= prev= path=nexus last= end= raw=${COMP_WORDS[COMP_CWORD]} i
              COMPREPLY=()
              # Bash splits words at equals signs and colons: --option=value, http://host:80.
              for ((i = 0; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ ${#words[@]} -gt 0 && ( $word == [=:]* || ${COMP_WORDS[i-1]} == *[=:] ) ]]; then words[${#words[@]}-1]+=$word
                else words+=("$word"); fi
              done
              cur=${words[${#words[@]}-1]} prev=${words[${#words[@]}-2]}
              if [[ $cur == --*=* ]]; then prev=${cur%%=*} cur=${cur#*=}; fi
              for ((i = 1; i < ${#words[@]} - 1; i++)); do
                word=${words[i]}
                if [[ $end || $word == -- ]]; then end=1; continue; fi
                case "$path $last" in
            """).Append('\n');
        Case(text, root, command => command.Options.Where(option => option.Value is not null).SelectMany(option => option.Names),
            " last=$word; continue");
        text.Append("    esac\n    last=$word\n    case \"$path $word\" in\n");
        text.Append($"      {Patterns(root.All.Skip(1).Select(command => command.Path))}) path=\"$path $word\" ;;\n");
        // An unknown word where a command stands.
        var groups = root.All.Where(command => command.Subcommands.Count > 0).Select(command => command.Path);
        text.Append($"      *) case \"$path\" in {Patterns(groups)})");
        text.Append(" [[ $word == -* ]] || return ;; esac ;;\n");
        text.Append("    esac\n  done\n  if [[ ! $end ]]; then\n  case \"$path $prev\" in\n");
        foreach (var command in root.All)
        {
            foreach (var option in command.Options)
            {
                if (option.Value is not { } value) continue;
                var patterns = Patterns(option.Names.Select(name => $"{command.Path} {name}"));
                text.Append($"    {patterns}) {Reply(value)}; _nexus_trim; return ;;\n");
            }
        }
        text.Append("  esac\n  fi\n  case \"$path\" in\n");
        foreach (var command in root.All)
        {
            text.Append($"    '{command.Path}')\n      if [[ $cur == -* && ! $end ]]; then\n");
            text.Append($"        COMPREPLY=($(compgen -W '{Words(command.Options.SelectMany(option => option.Names))}' -- \"$cur\"))\n      else\n");
            if (command.Subcommands.Count > 0)
                text.Append($"        COMPREPLY=($(compgen -W '{Words(command.Subcommands.Select(subcommand => subcommand.Name))}' -- \"$cur\"))\n");
            else if (command.Arguments is [var argument, ..]) text.Append($"        {Reply(argument)}\n");
            else text.Append($"        COMPREPLY=($(compgen -W '{Words(command.Options.Select(option => option.Name))}' -- \"$cur\"))\n");
            text.Append("      fi ;;\n");
        }
        return text.Append("  esac\n  _nexus_trim\n}\n\ncomplete -F _nexus_completion nexus\n").ToString();
    }

    private static void Case(StringBuilder text, CommandDescription root, Func<CommandDescription, IEnumerable<string>> names, string then)
    {
        foreach (var command in root.All)
        {
            var patterns = names(command).Select(name => $"{command.Path} {name}").ToList();
            if (patterns.Count > 0) text.Append($"      {Patterns(patterns)}){then} ;;\n");
        }
    }

    private static string Reply(ValueDescription value) => value.Kind switch
    {
        ValueKind.Choice => $"COMPREPLY=($(compgen -W '{Words(value.Choices)}' -- \"$cur\"))",
        ValueKind.File => "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
        ValueKind.Folder => "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")",
        _ => ":",
    };

    private static string Patterns(IEnumerable<string> words) => string.Join(" | ", words.Select(word => $"'{word}'"));

    private static string Words(IEnumerable<string> words) => string.Join(' ', words);
}
