using System.CommandLine;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary><c>hpdp replay</c>.</summary>
internal static class ReplayCommand
{
    private const string Csharp = "csharp";
    private const string Xdp = "xdp";

    /// <summary>The command and its options.</summary>
    public static Command Create(ToolIo io)
    {
        Option<string> config = ConfigOption.Create(required: true);
        var engine = new Option<string>("--engine")
        {
            Description = "csharp: the pipeline; xdp: the XDP program in this kernel, the pipeline behind it (root)",
            Required = true,
        };
        engine.AcceptOnlyFromAmong(Csharp, Xdp);
        var input = new Option<string>("--in")
        {
            Description = "The frames the node receives: a classic pcap file of Ethernet", HelpName = "IN.pcap",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "What the node sends, in order; overwritten", HelpName = "OUT.pcap", Required = true,
        };
        var command = new Command(
            "replay", "A capture through the dataplane; one JSON line a frame on standard output")
        {
            config, engine, input, output,
        };
        command.SetAction((parse, interrupted) => io.RunAsync(
            () => ReplayRun.Run(
                ConfigReader.ReadFile(parse.GetRequiredValue(config)), parse.GetRequiredValue(engine) == Xdp,
                parse.GetRequiredValue(input), parse.GetRequiredValue(output), io.Lines, io.Notes, interrupted)));
        return command;
    }
}
