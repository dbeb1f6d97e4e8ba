from moto.cloudformation.models import ChangeSet
from moto.server import main

def apply(self, applied=ChangeSet.apply):
    applied(self)
    self.stack.template = self.template
    self.stack._parse_template()
    self.stack.output_map = self.stack._create_output_map()

ChangeSet.apply = apply
main()
