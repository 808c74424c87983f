"""Letters of other scripts that look like Latin ones, as forgers and tired people mix them."""

from typing import Final

_LIKE: Final = """
A АΑᎪ
B ВΒᏴ
C СϹᏟ
D Ꭰ
E ЕΕᎬЁ
F Ϝ
G ԌᏀ
H НΗᎻ
I ΙӀЇІ
J ЈᎫ
K КΚᏦ
L Ꮮ
M МΜᎷ
N ΝՆ
O ОΟՕӨ
P РΡᏢ
Q Ԛ
R Ꭱ
S ЅՏᏚ
T ТΤᎢ
U ՍԱ
V ѴᏙ
W ԜᎳ
X ХΧ
Y ҮΥУ
Z ΖᏃ
a аαɑ
b ЬƄƅьβ
c сϲ
d ԁɗ
e еєҽёε
f ғϝ
g ɡցԍ
h һհн
i іιїɩ
j јϳ
k кκ
l ӏ
m мϻ
n ոпη
o оοօσө
p рρ
q ԛզ
r гɾ
s ѕꜱƨ
t тτ
u υսцμ
v ѵνⴸ
w ԝωшա
x хχ
y уγү
z ᴢζ
"""

#: Which Latin letter each looks like.
LOOKALIKES: Final = {other: line[0] for line in _LIKE.strip().splitlines() for other in line[2:]}
