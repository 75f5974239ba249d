using Hyperplane.Lab;

namespace Hyperplane.Lbctl.Tests.Completion;

/// <summary>Shells that people sit at complete lbctl's words when Tab is pressed.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hplbctl-").FullName;

    public ShellTests()
    {
        string program = Path.Combine(_folder, "lbctl");
        File.WriteAllText(
            program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "lbctl.dll")}' \"$@\"\n");
        Command.Run("chmod", "755", program);
        Command.Run("mkdir", "-p", Path.Combine(_folder, ".config"));
    }

    public static TheoryData<string, string, string, string> Lines
    {
        get
        {
            var lines = new TheoryData<string, string, string, string>();
            foreach ((string shell, string start) in new[]
            {
                ("bash", "bash --norc --noprofile"), ("zsh", "zsh -f"), ("fish", "fish --private"),
            })
            {
                lines.Add(shell, start, "lbctl nlb del", "lbctl nlb delete");
                lines.Add(shell, start, "lbctl target-group create web --proto", "create web --protocol");
                lines.Add(shell, start, "lbctl nlb list --output wi", "lbctl nlb list --output wide");
                lines.Add(shell, start, "lbctl admin snapsh", "lbctl admin snapshot");
            }

            return lines;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Tab_completes_a_word(string shell, string start, string typed, string wanted)
    {
        using Tmux terminal = Start(shell, start);
        await LoadAsync(terminal, shell);

        terminal.Type("-l", typed);
        terminal.Type("Tab");

        await terminal.UntilAsync(screen => screen.Contains(wanted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bash", "bash --norc --noprofile")]
    [InlineData("zsh", "zsh -f")]
    [InlineData("fish", "fish --private")]
    public async Task Tab_shows_what_a_word_may_become(string shell, string start)
    {
        using Tmux terminal = Start(shell, start);
        await LoadAsync(terminal, shell);

        terminal.Type("-l", "lbctl target-group ");
        terminal.Type("Tab", "Tab");

        string[] verbs = ["create", "modify", "list", "get", "delete", "stats"];
        await terminal.UntilAsync(screen => verbs.All(verb => screen.Contains(verb, StringComparison.Ordinal)));
    }

    /// <summary>A shell without a person's settings; its prompt and its history are this folder's.</summary>
    private Tmux Start(string shell, string start) => new(
        120,
        40,
        "env",
        $"HOME={_folder}",
        $"XDG_CONFIG_HOME={_folder}/.config",
        $"PATH={_folder}:{Environment.GetEnvironmentVariable("PATH")}",
        $"SHELL=/bin/{shell}",
        "sh",
        "-c",
        $"cd {_folder} && exec {start}");

    private static async Task LoadAsync(Tmux terminal, string shell)
    {
        // What is typed before a shell reads is lost in some of them: each line is typed when the one before was done.
        string[] lines = shell switch
        {
            "bash" => ["PS1='ready> '", "source <(lbctl completion bash)"],
            "zsh" => ["PS1='ready> '", "autoload -Uz compinit && compinit -D", "source <(lbctl completion zsh)"],
            _ => ["function fish_prompt; echo -n 'ready> '; end", "lbctl completion fish | source"],
        };
        await terminal.UntilAsync(static screen => screen.Trim().Length > 0);
        foreach (string line in lines)
        {
            terminal.Type("-l", $"{line}; echo do''ne");
            terminal.Type("Enter");
            await terminal.UntilAsync(
                static screen => screen.TrimEnd().EndsWith("done\nready>", StringComparison.Ordinal));
            terminal.Type("-l", "clear");
            terminal.Type("Enter");
            await terminal.UntilAsync(static screen => screen.Trim() == "ready>");
        }
    }
}
