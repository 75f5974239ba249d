using Hyperplane.Lbctl;
using Hyperplane.Lbctl.Commands;

return await new Cli(CommandIo.OfThisProcess()).RunAsync(args);
