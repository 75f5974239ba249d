using Command = Hyperplane.Lab.Command;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>Help, examples and completion are true.</summary>
public class HelpTests
{
    private static readonly Cli Tool = new(CommandIo.OfThisProcess());

    public static TheoryData<string> Commands => [.. CommandTree.Verbs(Tool.Root).Select(one => one.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help_with_an_example_that_parses(string path)
    {
        Verb verb = CommandTree.Verbs(Tool.Root).Single(one => one.Path == path).Verb;

        ShellOutcome help = await new Shell().RunAsync($"{path} --help");

        Assert.Equal(0, help.ExitCode);
        Assert.Equal("", help.Error);
        Assert.Contains($"lbctl {path}", help.Output, StringComparison.Ordinal);
        Assert.EndsWith($"Example:\n  lbctl {verb.Example}\n", help.Output, StringComparison.Ordinal);
        Assert.StartsWith(path, verb.Example, StringComparison.Ordinal);
        Assert.Empty(Tool.Root.Parse(verb.Example).Errors);
        Assert.Same(verb, Tool.Root.Parse(verb.Example).CommandResult.Command);
    }

    [Theory]
    [InlineData("create-nlb")]
    [InlineData("get-nlb")]
    [InlineData("list-nlbs")]
    [InlineData("delete-nlb")]
    [InlineData("create-listener")]
    [InlineData("create-target-group")]
    [InlineData("register-targets")]
    [InlineData("deregister-targets")]
    [InlineData("list-targets")]
    [InlineData("put-zone")]
    [InlineData("drain-node")]
    public void Verb_noun_forms_exist(string name) =>
        Assert.Contains(Tool.Root.Subcommands, command => command.Name == name && command.Hidden);

    [Theory]
    [InlineData("tenant")]
    [InlineData("key")]
    [InlineData("zone")]
    [InlineData("address-pool")]
    [InlineData("cell")]
    [InlineData("node")]
    public void An_operators_noun_is_found_below_admin_as_well(string noun)
    {
        System.CommandLine.Command admin = Tool.Root.Subcommands.Single(one => one.Name == "admin");
        System.CommandLine.Command below = admin.Subcommands.Single(one => one.Name == noun);
        System.CommandLine.Command own = Tool.Root.Subcommands.Single(one => one.Name == noun);

        Assert.Equal(own.Subcommands.Select(one => one.Name), below.Subcommands.Select(one => one.Name));
        foreach ((System.CommandLine.Command one, System.CommandLine.Command same) in
            own.Subcommands.Zip(below.Subcommands))
        {
            Assert.Same(((Verb)one).Body, ((Verb)same).Body);
            Assert.Equal(one.Options, same.Options);
            Assert.Equal(one.Arguments, same.Arguments);
            Assert.False(same.Hidden);
        }
    }

    [Fact]
    public async Task Admin_verbs_ask_what_the_nouns_own_ask_and_pool_is_short_for_address_pool()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/cells", StubAnswer.List(Sample.Cell)).On("GET /v1/address-pools", StubAnswer.List());

        Assert.Equal(
            (await new Shell(api).RunAsync("cell list")).Output,
            (await new Shell(api).RunAsync("admin cell list")).Output);
        Assert.Equal(0, (await new Shell(api).RunAsync("admin pool list")).ExitCode);
        Assert.Equal("GET /v1/address-pools", api.Lines.Last().Split('?')[0]);
    }

    [Fact]
    public async Task The_root_shows_nouns_and_no_twins()
    {
        ShellOutcome help = await new Shell().RunAsync("--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("\n  nlb ", help.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  create-nlb", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_register_says_what_is_waited_for()
    {
        ShellOutcome help = await new Shell().RunAsync("target register --help");

        Assert.Contains("wait until each has been checked", help.Output, StringComparison.Ordinal);
        Assert.Contains("--no-wait skips it", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[suggest:7]", "nlb cre", "create\n")]
    [InlineData("[suggest:14]", "admin node enr", "enroll\n")]
    [InlineData("[suggest:9]", "admin cel", "cell\n")]
    [InlineData("[suggest:5]", "targe", "target\ntarget-group\n")]
    [InlineData("[suggest:13]", "nlb list -o j", "json\n")]
    public async Task Candidates_for_completion_are_the_commands_and_values(
        string directive, string line, string expected)
    {
        ShellOutcome outcome = await new Shell().RunWordsAsync(directive, line);

        Assert.Equal(expected, outcome.Output);
        Assert.Equal("", outcome.Error);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_gets_its_script(string shell)
    {
        ShellOutcome outcome = await new Shell().RunAsync($"completion {shell}");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("[suggest:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_in_the_documentation_is_what_help_says()
    {
        string page = Path.Combine(Lab.Region.Root, "infra/docs/LBCTL-REFERENCE.md");

        ShellOutcome outcome = await new Shell().RunAsync("reference");

        Assert.Equal(0, outcome.ExitCode);
        Assert.True(
            outcome.Output == await File.ReadAllTextAsync(page), $"lbctl reference >{page} makes the page anew");
    }
}
