using System.CommandLine;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Trace;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary><c>hpdp trace</c>.</summary>
internal static class TraceCommand
{
    private const int StepColumn = 10;

    /// <summary>The command and its options.</summary>
    public static Command Create(ToolIo io)
    {
        Option<string> config = ConfigOption.Create(required: true);
        var tuple = new Option<string>("--tuple")
        {
            Description = "The packet, as \"tcp 10.0.0.9:4711 > 198.18.0.10:80\"", HelpName = "TUPLE",
        };
        var flags = new Option<string>("--flags")
        {
            Description = "Its TCP flags, as SYN,ACK; SYN when left out", HelpName = "FLAGS",
        };
        var hex = new Option<string>("--hex")
        {
            Description = "The frame as hexadecimal digits, Ethernet header first", HelpName = "FRAMEHEX",
        };
        var command = new Command("trace", "One packet's day, step by step, on a node that knows no flow yet")
        {
            config, tuple, flags, hex,
        };
        command.Validators.Add(result =>
        {
            bool hasTuple = result.GetResult(tuple) is not null;
            if (hasTuple == (result.GetResult(hex) is not null))
                result.AddError("give the packet by --tuple or by --hex");
            else if (!hasTuple && result.GetResult(flags) is not null)
                result.AddError("--flags go with --tuple; a frame given by --hex has its own");
        });
        command.SetAction(parse => io.RunAsync(() =>
        {
            HpdpConfig node = ConfigReader.ReadFile(parse.GetRequiredValue(config));
            byte[] frame = parse.GetValue(tuple) is { } text
                ? TupleFrame.Make(node, text, parse.GetValue(flags))
                : HexFrame.Read(parse.GetRequiredValue(hex));
            using var day = new PacketDay(node);
            foreach ((string step, string told) in day.Tell(frame))
                io.Print(step.PadRight(StepColumn) + told);
        }));
        return command;
    }
}
